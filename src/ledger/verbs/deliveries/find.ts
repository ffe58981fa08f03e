/** Reads deliveries. */
import type { ChannelName, RequestId } from '../../../approval/brand.js';
import type { DeliveryRecord, Straggler } from '../../../contract/ledger.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, sql, whole } from '../../sql.js';
import { IS_KNOWN_KIND } from './kinds.js';
import { readRecipient } from './recipient.js';

/** How long a failed card is listed: an operator should see it for a week, and not for ever. */
const FAILED_SHOWN_MS = 7 * 86_400_000;

/** A paused transport is not due before its probe; a message past its end is due no more. */
export function* msUntilDue(transport: ChannelName): UnitOfWork<number | null> {
  const due = yield* row<{ ms: number | null; probe_ms: number | null }>(sql`
    SELECT (SELECT min(due_at) FROM deliveries
            WHERE carrier = ${transport} AND due_at IS NOT NULL AND ${IS_KNOWN_KIND}
              AND coalesce(expires_at > ${nowOnce}, true)) - ${now} AS ms,
      (SELECT probe_at FROM pauses WHERE carrier = ${transport}) - ${now} AS probe_ms`);
  if (typeof due?.ms !== 'number') return null;
  return Math.max(due.ms, due.probe_ms ?? 0, 0);
}

/** Deliveries that are still due, and those that failed or bounced within the last week and were not redriven. Each part reads a short range of an index. */
export function* stragglers(limit: number): UnitOfWork<readonly Straggler[]> {
  const found = yield* rows<DeliveryRow>(sql`
    SELECT * FROM (
      SELECT * FROM deliveries WHERE due_at IS NOT NULL
      UNION ALL
      SELECT * FROM deliveries
      WHERE state = 'failed' AND ${IS_MISSED}
      UNION ALL
      SELECT * FROM deliveries
      WHERE state = 'bounced' AND ${IS_MISSED}
    ) behind
    ORDER BY created_at, id LIMIT ${whole(limit)}`);
  return found.map(straggler);
}

/** Not too long ago, and nobody has sent it again. A statement of its own for each state, because each has an index. */
const IS_MISSED = sql`
  created_at > ${nowOnce} - ${whole(FAILED_SHOWN_MS)}
  AND (receipt IS NOT NULL OR kind = 'callback' OR request_id IS NULL
       OR request_id IN (SELECT id FROM requests WHERE outcome IS NULL))
  AND (SELECT again.id FROM deliveries again WHERE again.redrive_of = deliveries.id) IS NULL`;

export type DeliveryWithTries = DeliveryRow & { readonly tries: number };

export const TRIES = sql`(SELECT count(*) FROM attempts WHERE attempts.delivery_id = deliveries.id) AS tries`;

export function* ofRequest(id: RequestId): UnitOfWork<readonly DeliveryRecord[]> {
  const found = yield* rows<DeliveryWithTries>(
    sql`SELECT deliveries.*, ${TRIES} FROM deliveries WHERE request_id = ${id} ORDER BY created_at, id`,
  );
  return found.map(deliveryRecord);
}

export function* deliveryById(id: string): UnitOfWork<DeliveryRecord | null> {
  const found = yield* row<DeliveryWithTries>(sql`SELECT deliveries.*, ${TRIES} FROM deliveries WHERE id = ${id}`);
  return found === null ? null : deliveryRecord(found);
}

export function deliveryRecord(delivery: DeliveryWithTries): DeliveryRecord {
  return {
    ...straggler(delivery),
    transport: delivery.carrier,
    recipient: readRecipient(delivery.recipient),
    attempts: delivery.tries,
    isMaybeDuplicate: delivery.is_maybe_duplicate === 1,
  };
}

const state = mapper(
  deliveries,
  'kind',
  'request_id',
  'about',
  'channel',
  'state',
  'wanted_revision',
  'drawn_revision',
  'last_reason',
  'is_card_lost',
);

function straggler(delivery: DeliveryRow): Straggler {
  return { deliveryId: delivery.id, ...state(delivery) };
}
