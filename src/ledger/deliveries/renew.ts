/** Renews leases of attempts that take long. A claim that was lost stays lost. */
import type { DeliveryLedger } from '../../contract/ledger.js';
import { rows, type Program } from '../program.js';
import { list, lockedOrSkipped, now, sql, whole } from '../sql.js';

type Held = Parameters<DeliveryLedger['renew']>[0];

export function* renew(held: Held, leaseMs: number): Program<void> {
  if (held.length === 0) return;
  const mine = held.map(({ deliveryId, claimToken }) => sql`(id = ${deliveryId} AND claim_token = ${claimToken})`);
  const any = { texts: ['', ...mine.slice(1).map(() => ' OR '), ''], holes: mine };
  // One that is being closed right now is passed over: waiting for it here could close a circle of waits.
  yield* rows(sql`
    UPDATE deliveries SET due_at = ${now} + ${whole(leaseMs)}
    WHERE id IN (SELECT id FROM deliveries WHERE id IN (${list(held.map(({ deliveryId }) => deliveryId))})
                 AND state = 'sending' AND (${any}) ${lockedOrSkipped})`);
}
