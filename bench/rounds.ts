/** Interleaved rounds: every contender once a round, in turn, so that a slow minute of the machine hits all alike. */
import type { Measured } from './load/load.js';
import { median } from './figure.js';

export const ROUNDS = 7;

export interface Contender {
  readonly name: string;
  measure(seconds: number): Promise<Measured>;
}

export interface Medians {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

const WARM_UP_SECONDS = 2;

export async function interleaved(
  contenders: readonly Contender[],
  seconds: number,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Medians>> {
  const all = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.measure(WARM_UP_SECONDS);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const contender of contenders) {
      const measured = await contender.measure(seconds);
      all.get(contender.name)?.push(measured);
      const perSecond = Math.round(measured.requestsPerSecond);
      say(`round ${String(round)}  ${contender.name}  ${String(perSecond)} req/s  p99 ${measured.p99Ms.toFixed(2)} ms`);
    }
  }
  return new Map([...all].map(([name, runs]) => [name, mediansOf(runs)]));
}

function mediansOf(runs: readonly Measured[]): Medians {
  return {
    requestsPerSecond: median(runs.map((run) => run.requestsPerSecond)),
    p99Ms: median(runs.map((run) => run.p99Ms)),
  };
}
