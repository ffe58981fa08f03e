/** Interleaved rounds: every contender once a round, in turn, so that a slow minute of the machine hits all alike. */
import type { Measured } from './load/load.js';
import { median } from './figure.js';

export const ROUNDS = 7;

export interface Contender {
  readonly name: string;
  readonly measure: (seconds: number) => Promise<Measured>;
}

export interface Medians {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Every round's requests per second, oldest first: for ratios that are taken round by round. */
  readonly rounds: readonly number[];
}

/** The median of the ratios of one round each: what slowed both down in a round does not count. */
export function pairedRatio(one: Medians | undefined, other: Medians | undefined): number {
  return median((one?.rounds ?? []).map((value, round) => value / (other?.rounds[round] ?? NaN)));
}

const WARM_UP_SECONDS = 2;
const SLICES = 3;

/**
 * A round gives every contender `SLICES` short turns, in turn: a machine whose speed drifts within seconds would favour
 * whoever has one long turn at the right moment.
 */
export async function interleaved(
  contenders: readonly Contender[],
  seconds: number,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Medians>> {
  const all = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.measure(WARM_UP_SECONDS);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const turns = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
    for (let slice = 0; slice < SLICES; slice += 1)
      for (const { name, measure } of contenders) turns.get(name)?.push(await measure(seconds / SLICES));
    for (const [name, slices] of turns) {
      const measured = together(slices);
      all.get(name)?.push(measured);
      const perSecond = Math.round(measured.requestsPerSecond);
      say(`round ${String(round)}  ${name}  ${String(perSecond)} req/s  p99 ${measured.p99Ms.toFixed(2)} ms`);
    }
  }
  return new Map([...all].map(([name, runs]) => [name, mediansOf(runs)]));
}

/** Slices of one length: their mean throughput, and the median of their p99. */
function together(slices: readonly Measured[]): Measured {
  const sum = slices.reduce((total, slice) => total + slice.requestsPerSecond, 0);
  return { requestsPerSecond: sum / slices.length, p99Ms: median(slices.map((slice) => slice.p99Ms)) };
}

function mediansOf(runs: readonly Measured[]): Medians {
  const rounds = runs.map((run) => run.requestsPerSecond);
  return { requestsPerSecond: median(rounds), p99Ms: median(runs.map((run) => run.p99Ms)), rounds };
}
