/**
 * Gives up messages whose end has passed while no courier was sending them, whatever their kind and transport. What an operator
 * cancelled, or a provider accepted, keeps what it says until then; here it is erased. So is that of failures, once it is over.
 */
import type { GivenUp, MessageKind } from '../../../contract/ledger.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { keepFailures } from '../failures/keep.js';
import { erasePayloads } from '../failures/resolve.js';
import { lockedOrSkipped, nowOnce, oneOf, sql, whole } from '../../sql.js';
import { abandonOpenAttempts } from './abandon.js';

const TOO_LATE = 'too_late';

/** One that is being sent is left to its courier, or to the end of its lease. */
export function* giveUp(limit: number): UnitOfWork<readonly GivenUp[]> {
  const ended = yield* rows<DeliveryRow>(sql`
    SELECT * FROM deliveries
    WHERE sealed_payload IS NOT NULL AND expires_at <= ${nowOnce} AND due_at <= ${nowOnce}
    ORDER BY expires_at LIMIT ${whole(limit)} ${lockedOrSkipped}`);
  if (ended.length > 0) yield* fail(ended);
  yield* eraseOver(limit);
  yield* erasePayloads(limit);
  return ended.map(({ id, kind, channel, last_reason }) => ({
    deliveryId: id,
    kind: kind as MessageKind,
    channel,
    reason: last_reason ?? TOO_LATE,
  }));
}

/** Of rows that are held. */
function* fail(ended: readonly DeliveryRow[]): UnitOfWork<void> {
  const ids = ended.map(({ id }) => id);
  yield* keepFailures(ended, { state: 'failed', reason: TOO_LATE });
  yield* rows(sql`
    UPDATE deliveries SET
      state = 'failed', due_at = NULL, claim_token = NULL, sealed_payload = NULL,
      last_reason = coalesce(last_reason, ${TOO_LATE})
    WHERE id ${oneOf(ids, 'text')}`);
  yield* abandonOpenAttempts(ended);
}

/** Of messages that were cancelled, and of those that a provider has yet to send. */
function* eraseOver(limit: number): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE deliveries SET sealed_payload = NULL
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE sealed_payload IS NOT NULL AND expires_at <= ${nowOnce} AND due_at IS NULL
      ORDER BY expires_at LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING id`);
}
