/**
 * Detects that the first attempt of every card of a request has failed. A request counts its first attempts that are still
 * open and those that delivered; the result that brings the first count to zero while the second is zero has detected it.
 */
import type { AttemptResult } from '../../../contract/ledger.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import type { RequestRow } from '../../tables/requests.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, whole } from '../../sql.js';

/** True for exactly one result of a request. The visitor's page hears of it through the change that is announced here. */
export function* countFirst(held: DeliveryRow, result: Pick<AttemptResult, 'kind'>): UnitOfWork<boolean> {
  if (held.kind !== 'card' || result.kind === 'released' || result.kind === 'cancelled') return false;
  const sent = result.kind === 'sent' || result.kind === 'accepted' ? 1 : 0;
  const ended = held.is_first_ended === 1 ? 0 : 1;
  if (ended === 0 && sent === 0) return false;
  yield* rows(sql`UPDATE deliveries SET is_first_ended = 1 WHERE id = ${held.id}`);
  yield* rows(sql`
    UPDATE requests SET first_open = first_open - ${whole(ended)}, first_sent = first_sent + ${whole(sent)}
    WHERE id = ${held.request_id}`);
  if (sent === 1) return false;
  return yield* tellOnce(held);
}

/** A card that was sent has bounced: it counts as one that failed. */
export function* uncountFirst(held: Pick<DeliveryRow, 'request_id'>): UnitOfWork<boolean> {
  yield* rows(sql`
    UPDATE requests SET first_sent = first_sent - 1 WHERE id = ${held.request_id} AND first_sent > 0 AND outcome IS NULL`);
  return yield* tellOnce(held);
}

function* tellOnce(held: Pick<DeliveryRow, 'request_id'>): UnitOfWork<boolean> {
  const told = yield* row<Pick<RequestRow, 'id' | 'status_id' | 'outcome'>>(sql`
    UPDATE requests SET is_all_failed_told = 1
    WHERE id = ${held.request_id} AND first_open <= 0 AND first_sent = 0 AND is_all_failed_told = 0
    RETURNING id, status_id, outcome`);
  if (told === null) return false;
  const { id, status_id: statusId, outcome } = told;
  yield* announce({ kind: 'request', id, statusId, outcome });
  return true;
}
