/** An open request, and a ledger that answers decisions wrongly. */
import type { DecideOutcome, Ledger } from '../../../src/contract/ledger.js';
import { lying, must, type Lie } from './case.js';
import type { openInput } from './inputs.js';
import { grantedOn, opened, SITE } from './inputs.js';

/** Answers something else than what happened. */
export function answers(bend: (outcome: DecideOutcome, honest: Ledger) => DecideOutcome | Promise<DecideOutcome>): Lie {
  return (honest) =>
    lying(honest, { requests: { decide: async (input) => bend(await honest.requests.decide(input), honest) } });
}

/** Grants by itself, whatever was decided. */
export const grantsAnyway: Lie = (honest) =>
  lying(honest, {
    requests: {
      async decide(input) {
        const outcome = await honest.requests.decide(input);
        if (outcome.kind === 'unknown') return outcome;
        const { address } = outcome.request;
        await grantedOn(honest, { site: SITE, address, ttlSeconds: 9_000, by: 'x' }, opened);
        return outcome;
      },
    },
  });

export async function open(ledger: Ledger, input: ReturnType<typeof openInput>): Promise<void> {
  must(await ledger.requests.open(input, opened), 'opened');
}
