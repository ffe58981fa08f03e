/** What a provider has taken and was to send: which those are, and that one of them was sent. */
import type { DeliveryState } from '../../../approval/delivery.js';
import type { AcceptedDelivery, DeliveryLedger } from '../../../contract/ledger.js';
import type { Receipt } from '../../../contract/notifier.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, sql, text, whole } from '../../sql.js';
import { hold } from '../queue/held.js';
import { announceDue } from './announce-due.js';

/** Under the request's lock, because a decision that is being made decides whether the card is redrawn. */
export function* confirmSent(input: Parameters<DeliveryLedger['confirmSent']>[0]): UnitOfWork<boolean> {
  const held = yield* hold(input.deliveryId);
  if (held?.delivery.state !== 'accepted') return false;
  const receipt = input.receipt === undefined ? held.delivery.receipt : JSON.stringify(input.receipt);
  yield* becomeSent(held.delivery, receipt);
  return true;
}

/** Of one that is held in `accepted`. A card that should show something else by now is due. */
export function* becomeSent({ id, carrier }: DeliveryRow, receipt: string | null): UnitOfWork<DeliveryState> {
  const isBehind = sql`kind = 'card' AND drawn_revision < wanted_revision`;
  const written = yield* row<Pick<DeliveryRow, 'state'>>(sql`
    UPDATE deliveries SET
      state = CASE WHEN ${isBehind} THEN 'queued' ELSE 'sent' END, due_at = CASE WHEN ${isBehind} THEN ${now} END,
      receipt = ${text(receipt)}, last_reason = NULL, sealed_payload = NULL
    WHERE id = ${id} AND state = 'accepted' RETURNING state`);
  const state = written?.state ?? 'accepted';
  if (state === 'queued') yield* announceDue([carrier]);
  return state;
}

const place = mapper(deliveries, 'created_at');

export function* accepted(input: Parameters<DeliveryLedger['accepted']>[0]): UnitOfWork<readonly AcceptedDelivery[]> {
  const { transport, limit, after, withinMs } = input;
  const isYoung =
    withinMs === undefined
      ? sql`true`
      : sql`(created_at > ${nowOnce} - ${whole(withinMs)} OR coalesce(expires_at, give_up_at) > ${nowOnce})`;
  const found = yield* rows<Pick<DeliveryRow, 'id' | 'receipt' | 'created_at'>>(sql`
    SELECT id, receipt, created_at FROM deliveries
    WHERE state = 'accepted' AND carrier = ${transport}
      AND (created_at, id) > (${whole(after?.createdAtMs ?? 0)}, ${text(after?.deliveryId ?? '')}) AND ${isYoung}
    ORDER BY created_at, id LIMIT ${whole(limit)}`);
  return found.map((one) => ({
    deliveryId: one.id,
    receipt: JSON.parse(one.receipt ?? '{}') as Receipt,
    ...place(one),
  }));
}
