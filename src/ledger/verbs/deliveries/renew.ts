/** Renews leases of attempts that take long. A claim that was lost stays lost. */
import type { DeliveryLedger } from '../../../contract/ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, now, oneOf, sql, whole } from '../../sql.js';

type Held = Parameters<DeliveryLedger['renew']>[0];

export function* renew(held: Held, leaseMs: number): UnitOfWork<void> {
  if (held.length === 0) return;
  const ids = held.map(({ deliveryId }) => deliveryId);
  // a claim token belongs to one claim of one delivery, so the two lists need not be paired
  const tokens = held.map(({ claimToken }) => claimToken);
  // a delivery that is being closed right now is skipped: waiting for its lock here could deadlock
  yield* rows(sql`
    UPDATE deliveries SET due_at = ${now} + ${whole(leaseMs)}
    WHERE id IN (SELECT id FROM deliveries WHERE id ${oneOf(ids, 'text')}
                 AND state = 'sending' AND claim_token ${oneOf(tokens, 'text')} ${lockedOrSkipped})`);
}
