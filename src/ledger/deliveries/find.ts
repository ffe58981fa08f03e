/** Reads deliveries. */
import type { ChannelName, RequestId } from '../../approval/brand.js';
import type { DeliveryRecord, Straggler } from '../../contract/ledger.js';
import type { DeliveryRow } from '../entities/deliveries.js';
import { row, rows, type Program } from '../program.js';
import { now, nowOnce, sql, whole } from '../sql.js';
import { readRecipient } from './recipient.js';

/** How long a failed card is listed: an operator should see it for a week, and not for ever. */
const FAILED_SHOWN_MS = 7 * 86_400_000;

/** A paused carrier is not due before its probe. */
export function* msUntilDue(carrier: ChannelName): Program<number | null> {
  const due = yield* row<{ ms: number | null; probe_ms: number | null }>(sql`
    SELECT (SELECT min(due_at) FROM deliveries WHERE carrier = ${carrier} AND due_at IS NOT NULL) - ${now} AS ms,
      (SELECT probe_at FROM pauses WHERE carrier = ${carrier}) - ${now} AS probe_ms`);
  if (typeof due?.ms !== 'number') return null;
  return Math.max(due.ms, due.probe_ms ?? 0, 0);
}

/** Deliveries that are still due, and those that failed within the last week. Each half reads a short range of an index. */
export function* stragglers(limit: number): Program<readonly Straggler[]> {
  const found = yield* rows<DeliveryRow>(sql`
    SELECT * FROM (
      SELECT * FROM deliveries WHERE due_at IS NOT NULL
      UNION ALL
      SELECT * FROM deliveries
      WHERE state = 'failed' AND created_at > ${nowOnce} - ${whole(FAILED_SHOWN_MS)}
        AND (receipt IS NOT NULL OR kind = 'callback'
             OR request_id IN (SELECT id FROM requests WHERE outcome IS NULL))
    ) behind
    ORDER BY created_at, id LIMIT ${whole(limit)}`);
  return found.map(straggler);
}

type DeliveryWithTries = DeliveryRow & { readonly tries: number };

const TRIES = sql`(SELECT count(*) FROM attempts WHERE attempts.delivery_id = deliveries.id) AS tries`;

export function* ofRequest(id: RequestId): Program<readonly DeliveryRecord[]> {
  const found = yield* rows<DeliveryWithTries>(
    sql`SELECT deliveries.*, ${TRIES} FROM deliveries WHERE request_id = ${id} ORDER BY created_at, id`,
  );
  return found.map(deliveryRecord);
}

export function* deliveryById(id: string): Program<DeliveryRecord | null> {
  const found = yield* row<DeliveryWithTries>(sql`SELECT deliveries.*, ${TRIES} FROM deliveries WHERE id = ${id}`);
  return found === null ? null : deliveryRecord(found);
}

function deliveryRecord(delivery: DeliveryWithTries): DeliveryRecord {
  return {
    ...straggler(delivery),
    carrier: delivery.carrier as ChannelName,
    recipient: readRecipient(delivery.recipient),
    attempts: delivery.tries,
    isMaybeDuplicate: delivery.is_maybe_duplicate === 1,
  };
}

function straggler(delivery: DeliveryRow): Straggler {
  return {
    deliveryId: delivery.id,
    requestId: delivery.request_id as RequestId,
    channel: delivery.channel as ChannelName,
    state: delivery.state,
    wantedRevision: delivery.wanted_revision,
    drawnRevision: delivery.drawn_revision,
    lastReason: delivery.last_reason,
    isCardLost: delivery.is_card_lost === 1,
  };
}
