/** Requests that are opened at once, and ledgers that count them wrongly. */
import type { Ledger, OpenOutcome, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, type Lie } from './case.js';
import { opened } from './inputs.js';

export const RACERS = 200;

/** Opens with an input bent by `bend`. */
export function opens(bend: (input: OpenRequest) => OpenRequest): Lie {
  return (honest) => lying(honest, { requests: { open: (input, audit) => honest.requests.open(bend(input), audit) } });
}

export function race(processes: readonly Ledger[], inputs: readonly OpenRequest[]): Promise<readonly OpenOutcome[]> {
  return Promise.all(
    inputs.map((input, racer) => {
      const ledger = processes[racer % processes.length];
      if (ledger === undefined) throw new Error('a race has processes');
      return ledger.requests.open(input, opened);
    }),
  );
}

export function count(outcomes: readonly OpenOutcome[], kind: OpenOutcome['kind']): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}
