/**
 * From a request until its first attempt is on the wire: a post to our receiver until the consumer has the call, beside
 * a BullMQ job from `add` until its handler begins. What each keeps of it before is of one class: a power cut loses
 * nothing on SQLite `FULL` and Redis `always`, and up to a moment on `NORMAL` and `everysec`.
 */
import { gateOf } from './deliveries/groups.js';
import { bullMqRacer, gateRacer, type Passing, type Racer } from './deliveries/racers.js';
import { mustHaveSent } from './deliveries/rows.js';
import { median, pairedRatio, type Figure, type Target } from './figure.js';
import { startGate, type GateProcess, type Synchronous } from './gate-process.js';
import { createCaller } from './load/call.js';
import { startConsumers, type Consumers } from './load/consumers.js';
import { bullMq } from './peers/bullmq.js';
import { requireRedis, type AppendFsync } from './peers/redis.js';
import { inTurns } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';

const WARM_UP = { full: 1_000, short: 100 };
const REQUESTS = { full: 300, short: 30 };
const OURS: readonly Synchronous[] = ['FULL', 'NORMAL'];
const THEIRS: readonly AppendFsync[] = ['always', 'everysec'];

export const firstAttemptBench: Bench = {
  what: 'a request until its first attempt is on the wire, beside BullMQ on Redis, add until its handler begins',
  measure: measureFirstAttempt,
};

async function measureFirstAttempt(run: Run): Promise<readonly Figure[]> {
  requireRedis();
  bullMq();
  const consumers = await startConsumers(1);
  const caller = createCaller();
  const requests = sized(run, WARM_UP) + run.rounds * sized(run, REQUESTS);
  const gates: GateProcess[] = [];
  const racers: Racer[] = [];
  try {
    for (const synchronous of OURS) {
      const options = { name: `first-attempt-${synchronous}`, synchronous, ...gateOf(requests, consumers.urls) };
      const gate = await startGate(options);
      gates.push(gate);
      racers.push(gateRacer(synchronous, { gate, caller, consumers }));
    }
    for (const appendFsync of THEIRS) racers.push(await bullMqRacer(appendFsync, consumers));
    const turns = await race(racers, run);
    for (const gate of gates) await mustHaveSent(gate.database, requests);
    mustBeWhole(consumers, racers.length * requests);
    return figuresOf(turns);
  } finally {
    caller.close();
    await Promise.all([...racers.map((racer) => racer.close()), ...gates.map((gate) => gate.stop())]);
    await consumers.stop();
  }
}

/** Medians of one turn, in milliseconds. */
interface Turn {
  readonly begunMs: number;
  readonly arrivedMs: number;
}

async function race(racers: readonly Racer[], run: Run): Promise<ReadonlyMap<string, readonly Turn[]>> {
  for (const racer of racers) await passings(racer, sized(run, WARM_UP));
  const contenders = racers.map((racer) => ({
    name: racer.name,
    async turn() {
      const passed = await passings(racer, sized(run, REQUESTS));
      const [begun, arrived] = [passed.map(({ begunMs }) => begunMs), passed.map(({ arrivedMs }) => arrivedMs)];
      return { begunMs: median(begun), arrivedMs: median(arrived) };
    },
  }));
  return inTurns<Turn>(contenders, run, ({ begunMs, arrivedMs }) => {
    return `p50 begun ${begunMs.toFixed(2)} ms  with the consumer ${arrivedMs.toFixed(2)} ms`;
  });
}

/** One after the other: this measures how long one takes, not how many fit. */
async function passings(racer: Racer, count: number): Promise<readonly Passing[]> {
  const passed: Passing[] = [];
  for (let request = 0; request < count; request += 1) passed.push(await racer.pass());
  return passed;
}

function mustBeWhole(consumers: Consumers, expected: number): void {
  const { deliveries, twice } = consumers.counts();
  if (deliveries === expected && twice === 0) return;
  throw new Error(`${String(deliveries)} of ${String(expected)} deliveries came, ${String(twice)} of them twice`);
}

type Turns = ReadonlyMap<string, readonly Turn[]>;

function figuresOf(turns: Turns): readonly Figure[] {
  return [
    besideHandler(turns, { ours: 'NORMAL', theirs: 'everysec', target: { atMost: 1 } }),
    besideHandler(turns, { ours: 'FULL', theirs: 'everysec', target: { atMost: 2 } }),
    besideHandler(turns, { ours: 'FULL', theirs: 'always', target: null }),
    besideConsumer(turns, { ours: 'NORMAL', theirs: 'everysec' }),
    besideConsumer(turns, { ours: 'FULL', theirs: 'always' }),
  ];
}

interface Pair {
  readonly ours: Synchronous;
  readonly theirs: AppendFsync;
}

/** Ours is on the wire when the consumer has it; theirs has begun when its handler is called. */
function besideHandler(turns: Turns, { ours, theirs, target }: Pair & { target: Target | null }): Figure {
  const [mine, other] = [of(turns, ours, 'arrivedMs'), of(turns, theirs, 'begunMs')];
  return { ...figureOf(mine, other), case: `p50, ${ours}`, against: `BullMQ, ${theirs}, handler begun`, target };
}

/** The same stretch for both: until the consumer has the call. */
function besideConsumer(turns: Turns, { ours, theirs }: Pair): Figure {
  const [mine, other] = [of(turns, ours, 'arrivedMs'), of(turns, theirs, 'arrivedMs')];
  const against = `BullMQ, ${theirs}, its handler's call with the consumer`;
  return { ...figureOf(mine, other), case: `p50, ${ours}, the same stretch`, against, target: null };
}

function figureOf(mine: readonly number[], other: readonly number[]) {
  const ratio = pairedRatio(mine, other);
  return { bench: 'first-attempt', unit: 'ms', value: median(mine), beside: median(other), ratio };
}

function of(turns: Turns, name: string, what: keyof Turn): readonly number[] {
  return (turns.get(name) ?? []).map((turn) => turn[what]);
}
