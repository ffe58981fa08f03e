/** Runs a commit that creates cards with courier slots reserved for them, so that the cards it claims are sent at once. */
import type { AddOutcome, FirstClaims, OpenOutcome, OpenRequest } from '../../../contract/ledger.js';
import type { DeskDeps } from '../../deps.js';

type Commit<Outcome> = (firstClaims: FirstClaims | null) => Promise<Outcome>;

export async function withSlots<Outcome extends OpenOutcome | AddOutcome>(
  { courier }: Pick<DeskDeps, 'courier'>,
  { approvers }: Pick<OpenRequest, 'approvers'>,
  commit: Commit<Outcome>,
): Promise<Outcome> {
  if (courier === null) return commit(null);
  const reserved = courier.reserve(approvers.flatMap(({ deliveries }) => deliveries));
  let outcome: Outcome | null = null;
  try {
    outcome = await commit(reserved.firstClaims);
    return outcome;
  } finally {
    reserved.settle(outcome !== null && 'claims' in outcome ? outcome.claims : []);
    await callsGone();
  }
}

/** node:http writes a call at the end of the turn in which it is made: only then is the page or the answer made ready. */
function callsGone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
