/** Interleaved rounds: every contender once a round, in turn, so that a slow minute of the machine hits all alike. */
import { setTimeout as pause } from 'node:timers/promises';
import { median } from './figure.js';
import type { Measured } from './load/load.js';
import { cpuSeconds } from './processes.js';
import type { Run } from './run.js';

/** Somebody who takes turns. A turn answers what was measured in it. */
export interface Turning<T> {
  readonly name: string;
  readonly turn: () => Promise<T>;
}

/** The pause before each turn, so that one side's work after its turn (SQLite's checkpoint) does not fall into the other's. */
const QUIET_MS = 300;

/** What every turn measured, oldest first, by name. `tell` says it in a few words. */
export async function inTurns<T>(
  contenders: readonly Turning<T>[],
  { rounds, say }: Pick<Run, 'rounds' | 'say'>,
  tell: (measured: T) => string,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const all = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, turn } of contenders) {
      await pause(QUIET_MS);
      const measured = await turn();
      all.get(name)?.push(measured);
      say(`round ${String(round)}  ${name}  ${tell(measured)}`);
    }
  }
  return all;
}

/** A server under load. */
export interface Contender {
  readonly name: string;
  readonly measure: (seconds: number) => Promise<Measured>;
  /** The processes that answer, proxies included: how busy they were tells whether they were the limit. */
  readonly pids: readonly number[];
}

export interface Medians {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** The share of one core that the server had. Well below 1, something else was the limit. */
  readonly busy: number;
  /** Every round's requests per second, oldest first: for ratios that are taken round by round. */
  readonly rounds: readonly number[];
}

/** Short alternating turns in each round: the machine's speed drifts within seconds, which could favour one long turn. */
const FULL = { warmUpSeconds: 2, slices: 3 };
const SHORT = { warmUpSeconds: 1, slices: 1 };
const SLICE_SECONDS = 1;

export async function interleaved(contenders: readonly Contender[], run: Run): Promise<ReadonlyMap<string, Medians>> {
  await warmUp(contenders, run);
  const all: Round[] = [];
  for (let round = 1; round <= run.rounds; round += 1) all.push(await measureRound(contenders, run, round));
  return mediansByName(all);
}

/** Servers of one round. */
export interface Servers {
  readonly contenders: readonly Contender[];
  readonly stop: () => Promise<void>;
}

/**
 * The same with servers of its own for every round, each warmed up: a process keeps for its life what it got at its start, so
 * rounds of one process would all measure the same draw.
 */
export async function interleavedAnew(
  startAll: () => Promise<Servers>,
  run: Run,
): Promise<ReadonlyMap<string, Medians>> {
  const all: Round[] = [];
  for (let round = 1; round <= run.rounds; round += 1) {
    const { contenders, stop } = await startAll();
    try {
      await warmUp(contenders, run);
      all.push(await measureRound(contenders, run, round));
    } finally {
      await stop();
    }
  }
  return mediansByName(all);
}

/** What each contender reached in one round, by name. */
type Round = ReadonlyMap<string, Busy>;

async function warmUp(contenders: readonly Contender[], { isShort }: Run): Promise<void> {
  const { warmUpSeconds } = isShort ? SHORT : FULL;
  for (const contender of contenders) await contender.measure(warmUpSeconds);
}

async function measureRound(contenders: readonly Contender[], run: Run, round: number): Promise<Round> {
  const { slices } = run.isShort ? SHORT : FULL;
  const turns = contenders.map(({ name, measure, pids }) => ({ name, turn: () => withBusy(pids, measure) }));
  const taken = await inTurns(turns, { rounds: slices, say: () => undefined }, () => '');
  const measured = new Map([...taken].map(([name, taking]) => [name, together(taking)]));
  for (const [name, one] of measured) run.say(`round ${String(round)}  ${name}  ${inWords(one)}`);
  return measured;
}

function mediansByName(rounds: readonly Round[]): ReadonlyMap<string, Medians> {
  const names = [...(rounds[0]?.keys() ?? [])];
  return new Map(names.map((name) => [name, mediansOf(rounds.flatMap((round) => round.get(name) ?? []))]));
}

export function medianOf(medians: ReadonlyMap<string, Medians>, name: string): Medians {
  const found = medians.get(name);
  if (found === undefined) throw new Error(`nothing was measured of ${name}`);
  return found;
}

type Busy = Measured & { readonly busy: number };

async function withBusy(pids: readonly number[], measure: Contender['measure']): Promise<Busy> {
  const before = cpuSeconds(pids);
  const measured = await measure(SLICE_SECONDS);
  return { ...measured, busy: (cpuSeconds(pids) - before) / SLICE_SECONDS };
}

function inWords({ requestsPerSecond, p99Ms, busy }: Busy): string {
  const core = `core busy ${String(Math.round(busy * 100))} %`;
  return `${String(Math.round(requestsPerSecond))} req/s  p99 ${p99Ms.toFixed(2)} ms  ${core}`;
}

/** Slices of one length: their mean throughput, and the medians of their p99 and of the time on the core. */
function together(slices: readonly Busy[]): Busy {
  const sum = slices.reduce((total, slice) => total + slice.requestsPerSecond, 0);
  return {
    requestsPerSecond: sum / slices.length,
    p99Ms: median(slices.map((slice) => slice.p99Ms)),
    busy: median(slices.map((slice) => slice.busy)),
  };
}

function mediansOf(runs: readonly Busy[]): Medians {
  const rounds = runs.map((run) => run.requestsPerSecond);
  return {
    requestsPerSecond: median(rounds),
    p99Ms: median(runs.map((run) => run.p99Ms)),
    busy: median(runs.map((run) => run.busy)),
    rounds,
  };
}
