/** What stands where: deliveries that wait, the last attempts of each transport, and how requests of late have ended. */
import type { DeliveriesStanding, LastAttempts, OutcomeCount, Standing } from '../../../contract/look-ledger.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, sql, whole } from '../../sql.js';

const MAX_WAITING = 10_000;
const MAX_ATTEMPTS = 2_000;
const MAX_FAILED = 1_000;
const MAX_REQUESTS = 20_000;
const DAY_MS = 86_400_000;

export function* standing(): UnitOfWork<DeliveriesStanding> {
  const waiting = yield* rows<Standing & { readonly looked: number }>(sql`
    SELECT transport, state, count(*) AS count, ${now} - min(created_at) AS "oldestAgeMs", max(looked) AS looked FROM (
      SELECT carrier AS transport, state, created_at, row_number() OVER () AS looked
      FROM deliveries WHERE due_at IS NOT NULL LIMIT ${whole(MAX_WAITING)}) looked_at
    GROUP BY transport, state ORDER BY transport, state`);
  const failed = yield* row<{ count: number }>(sql`
    SELECT count(*) AS count FROM (
      SELECT id FROM failures WHERE failed_at > ${nowOnce} - ${whole(DAY_MS)} AND redriven_as IS NULL
      LIMIT ${whole(MAX_FAILED)}) lately`);
  return {
    waiting: waiting.map(({ transport, state, count, oldestAgeMs }) => ({ transport, state, count, oldestAgeMs })),
    isMore: waiting.some(({ looked }) => looked >= MAX_WAITING),
    last: yield* lastAttempts(),
    failedLately: failed?.count ?? 0,
  };
}

/** Among the newest attempts of all transports: one that has been idle for long may have none there. */
function* lastAttempts(): UnitOfWork<readonly LastAttempts[]> {
  const isTrouble = sql`outcome IN ('failed', 'retry', 'paused')`;
  const found = yield* rows<{
    transport: LastAttempts['transport'];
    sent_at: number | null;
    trouble_at: number | null;
    reason: string | null;
  }>(sql`
    WITH newest AS (
      SELECT deliveries.carrier AS transport, tries.id, tries.outcome, tries.ended_at, tries.reason
      FROM (SELECT * FROM attempts ORDER BY id DESC LIMIT ${whole(MAX_ATTEMPTS)}) tries
      JOIN deliveries ON deliveries.id = tries.delivery_id),
    ends AS (
      SELECT transport, max(CASE WHEN outcome IN ('sent', 'accepted') THEN ended_at END) AS sent_at,
        max(CASE WHEN ${isTrouble} THEN ended_at END) AS trouble_at,
        max(CASE WHEN ${isTrouble} THEN id END) AS trouble
      FROM newest GROUP BY transport)
    SELECT ends.transport, sent_at, trouble_at, newest.reason FROM ends
    LEFT JOIN newest ON newest.id = ends.trouble ORDER BY ends.transport`);
  return found.map(({ transport, sent_at, trouble_at, reason }) => ({
    transport,
    sentAtMs: sent_at,
    troubleAtMs: trouble_at,
    troubleReason: reason,
  }));
}

export function* outcomes(withinMs: number): UnitOfWork<readonly OutcomeCount[]> {
  return yield* rows<OutcomeCount>(sql`
    SELECT site, outcome, count(*) AS count FROM (
      SELECT coalesce(site, host) AS site, outcome FROM requests
      WHERE opened_at > ${nowOnce} - ${whole(withinMs)} ORDER BY opened_at DESC LIMIT ${whole(MAX_REQUESTS)}) lately
    GROUP BY site, outcome ORDER BY site, outcome`);
}
