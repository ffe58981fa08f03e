/**
 * One event in, five webhook consumers told: ours, durable, beside Alertmanager, which is not. First one at a time for
 * the time it takes, then many for how many deliveries a second come out.
 */
import { courseOf, type Burst } from './deliveries/course.js';
import { gateOf } from './deliveries/groups.js';
import { mustHaveSent } from './deliveries/rows.js';
import { byAlertmanager, byAccessRequest, byReceiver, type Receiving, type Sender } from './deliveries/senders.js';
import { median, pairedRatio, type Figure, type Target } from './figure.js';
import { startGate, type GateProcess, type Synchronous } from './gate-process.js';
import { createCaller } from './load/call.js';
import { startConsumers, type Consumers } from './load/consumers.js';
import { requireAlertmanager, startAlertmanager } from './peers/alertmanager.js';
import { inTurns } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';

const CONSUMERS = 5;
const WARM_UP = { full: 300, short: 50 };
const ONE_BY_ONE = { full: 60, short: 10 };
const BURST = { full: 2_000, short: 100 };
const RIVAL = 'Alertmanager, not durable';

export const receiverBench: Bench = {
  what: 'one event to five webhook consumers delivered, durable, beside Prometheus Alertmanager',
  measure: measureReceiver,
};

interface Way {
  readonly name: string;
  readonly synchronous: Synchronous;
  readonly sender: (name: string, by: Receiving) => Sender;
}

/** A gate of its own each, so that none finds the rows of another. */
const WAYS: readonly Way[] = [
  { name: 'one request, FULL', synchronous: 'FULL', sender: byAccessRequest },
  { name: 'one request, NORMAL', synchronous: 'NORMAL', sender: byAccessRequest },
  { name: 'five posts of a token, FULL', synchronous: 'FULL', sender: byReceiver },
  { name: 'five posts of a token, NORMAL', synchronous: 'NORMAL', sender: byReceiver },
];

const TARGETS: Readonly<Record<Synchronous, { readonly latency: Target | null; readonly burst: Target }>> = {
  FULL: { latency: { atMost: 2 }, burst: { atLeast: 0.5 } },
  NORMAL: { latency: null, burst: { atLeast: 1 } },
};

interface Turn extends Burst {
  readonly p50Ms: number;
}

async function measureReceiver(run: Run): Promise<readonly Figure[]> {
  requireAlertmanager();
  const consumers = await startConsumers(CONSUMERS);
  const caller = createCaller();
  const alertmanager = await startAlertmanager(consumers.urls);
  const gates: GateProcess[] = [];
  const requests = sized(run, WARM_UP) + run.rounds * (sized(run, ONE_BY_ONE) + sized(run, BURST));
  try {
    const senders = [byAlertmanager(RIVAL, alertmanager, caller)];
    for (const { name, synchronous, sender } of WAYS) {
      const options = { name: `receiver-${synchronous}`, synchronous, ...gateOf(requests, consumers.urls) };
      const gate = await startGate(options);
      gates.push(gate);
      senders.push(sender(name, { gate, caller, approvers: CONSUMERS }));
    }
    const turns = await takeTurns(senders, consumers, run);
    for (const gate of gates) await mustHaveSent(gate.database, requests * CONSUMERS);
    if (caller.resent() > 0) run.say(`${String(caller.resent())} posts were answered 503 and sent again`);
    mustBeWhole(consumers, senders.length * requests * CONSUMERS);
    return WAYS.flatMap((way) => figuresOf(way, turns));
  } finally {
    caller.close();
    await Promise.all([alertmanager, ...gates].map((process) => process.stop()));
    await consumers.stop();
  }
}

async function takeTurns(
  senders: readonly Sender[],
  consumers: Consumers,
  run: Run,
): Promise<ReadonlyMap<string, readonly Turn[]>> {
  const courses = senders.map((sender, number) => courseOf(sender, { consumers, fanOut: CONSUMERS, number }));
  for (const course of courses) await course.burst(sized(run, WARM_UP));
  const contenders = courses.map((course, at) => ({
    name: senders[at]?.name ?? '',
    async turn() {
      const p50Ms = await course.oneByOne(sized(run, ONE_BY_ONE));
      return { p50Ms, ...(await course.burst(sized(run, BURST))) };
    },
  }));
  return inTurns<Turn>(contenders, run, ({ p50Ms, perSecond, busy, loadBusy }) => {
    const cores = `cores busy ${(busy * 100).toFixed(0)} % and ${(loadBusy * 100).toFixed(0)} %`;
    return `p50 ${p50Ms.toFixed(2)} ms  ${perSecond.toFixed(0)} deliveries/s  ${cores}`;
  });
}

/** Every delivery of every sender came, and none of them twice. */
function mustBeWhole(consumers: Consumers, expected: number): void {
  const { deliveries, twice } = consumers.counts();
  if (deliveries === expected && twice === 0) return;
  throw new Error(`${String(deliveries)} of ${String(expected)} deliveries came, ${String(twice)} of them twice`);
}

function figuresOf({ name, synchronous }: Way, turns: ReadonlyMap<string, readonly Turn[]>): readonly Figure[] {
  const [ours, theirs] = [turns.get(name) ?? [], turns.get(RIVAL) ?? []];
  const { latency, burst } = TARGETS[synchronous];
  const of = (what: 'p50Ms' | 'perSecond', labels: Pick<Figure, 'case' | 'unit' | 'target'>): Figure => {
    const [mine, other] = [ours, theirs].map((taken) => taken.map((turn) => turn[what])) as [number[], number[]];
    const ratio = pairedRatio(mine, other);
    return { bench: 'receiver', ...labels, value: median(mine), against: RIVAL, beside: median(other), ratio };
  };
  const busy = { value: median(ours.map((turn) => turn.busy)), beside: median(theirs.map((turn) => turn.busy)) };
  return [
    of('p50Ms', { case: `${name}, until the fifth has it`, unit: 'ms', target: latency }),
    { ...of('perSecond', { case: `${name}, burst`, unit: 'deliveries/s', target: burst }), busy },
  ];
}
