/**
 * Gives up messages whose end has passed while no courier was sending them, whatever their kind and transport. What an operator
 * cancelled keeps what it says until then, so that it can be redriven; here it is erased.
 */
import type { GivenUp, MessageKind } from '../../../contract/ledger.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, nowOnce, sql, whole } from '../../sql.js';
import { abandonOpenAttempts } from './abandon.js';

/** One that is being sent is left to its courier, or to the end of its lease. */
export function* giveUp(limit: number): UnitOfWork<readonly GivenUp[]> {
  const ended = yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET
      state = 'failed', due_at = NULL, claim_token = NULL, sealed_payload = NULL,
      last_reason = coalesce(last_reason, 'too_late')
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE sealed_payload IS NOT NULL AND expires_at <= ${nowOnce} AND due_at <= ${nowOnce}
      ORDER BY expires_at LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING *`);
  if (ended.length > 0) yield* abandonOpenAttempts(ended);
  yield* eraseCancelled(limit);
  return ended.map(({ id, kind, channel, last_reason }) => ({
    deliveryId: id,
    kind: kind as MessageKind,
    channel,
    reason: last_reason ?? 'too_late',
  }));
}

function* eraseCancelled(limit: number): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE deliveries SET sealed_payload = NULL
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE sealed_payload IS NOT NULL AND expires_at <= ${nowOnce} AND due_at IS NULL
      ORDER BY expires_at LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING id`);
}
