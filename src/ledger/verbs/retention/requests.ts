/**
 * Past requests: gone with all that hangs on them, or kept without what tells of the visitor. They are walked in the order
 * in which they were opened; the guard looks again at each one as it stands in the moment of writing.
 */
import type { PastInput, Swept, SweepInput } from '../../../contract/ledger.js';
import { ERASED } from '../audit/scheme.js';
import { IS_LIVE } from '../grants/grants.js';
import { HAS_RUNNING_GRANT } from '../grants/live-request.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import type { RequestRow } from '../../tables/requests.js';
import { rows, compound, type UnitOfWork, type CompoundRows } from '../../unit-of-work.js';
import { lockedOrSkipped, oneOf, sql, whole, type Sql } from '../../sql.js';
import { olderThan } from './by-key.js';

type Seen = Pick<RequestRow, 'id' | 'opened_at'>;

export function* sweepRequests(input: SweepInput): UnitOfWork<Swept> {
  const seen = yield* candidates(input, sql`true`);
  if (seen.length === 0) return NOTHING;
  const ofWon = sql`IN (SELECT id FROM won)`;
  const done = yield* compound({
    winning: held(seen, input),
    consequences: {
      attempts_gone: sql`
        DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE request_id ${ofWon}) RETURNING id`,
      deliveries_gone: sql`DELETE FROM deliveries WHERE request_id ${ofWon} RETURNING id`,
      asked_gone: sql`DELETE FROM asked WHERE request_id ${ofWon} RETURNING request_id`,
      requests_gone: sql`DELETE FROM requests WHERE id ${ofWon} RETURNING id`,
    },
  });
  const removed = {
    requests: countOf(done, 'requests_gone'),
    deliveries: countOf(done, 'deliveries_gone'),
    attempts: countOf(done, 'attempts_gone'),
  };
  return { removed, erased: {}, next: nextOf(seen, input.limit) };
}

/** Country, browser, times and outcome stay: they tell how many came, and not who. */
export function* eraseRequests(input: SweepInput): UnitOfWork<Swept> {
  const seen = yield* candidates(input, sql`address <> 'erased'`);
  if (seen.length === 0) return NOTHING;
  const gone = ERASED.address;
  const erased = yield* rows(sql`
    UPDATE requests SET address = ${gone}, user_agent = ${gone}, path = ${gone}, person = NULL
    WHERE id IN (${held(seen, input)}) RETURNING id`);
  return { removed: {}, erased: { requests: erased.length }, next: nextOf(seen, input.limit) };
}

/** Asks for those that are still needed: a delivery that is not here any more went with its request. */
export function* past({ deliveries, olderThanMs }: PastInput): UnitOfWork<readonly string[]> {
  const needed = yield* rows<Pick<DeliveryRow, 'id'>>(sql`
    SELECT id FROM deliveries
    WHERE id ${oneOf(deliveries, 'text')}
      AND NOT EXISTS (SELECT 1 FROM requests WHERE requests.id = deliveries.request_id AND ${isPast(olderThanMs)})`);
  const isNeeded = new Set(needed.map(({ id }) => id));
  return deliveries.filter((id) => !isNeeded.has(id));
}

const NOTHING: Swept = { removed: {}, erased: {}, next: null };

function candidates({ olderThanMs, limit, after }: SweepInput, where: Sql): UnitOfWork<readonly Seen[]> {
  const [atMs = 0, id = ''] = after ?? [];
  return rows<Seen>(sql`
    SELECT id, opened_at FROM requests
    WHERE ${where} AND ${olderThan(sql`opened_at`, olderThanMs)}
      AND (opened_at, id) > (${whole(Number(atMs))}, ${String(id)})
    ORDER BY opened_at, id LIMIT ${whole(limit)}`);
}

/** Those of them that are past, held until this is written; what somebody else holds right now is left for the next time. */
function held(seen: readonly Seen[], { olderThanMs }: SweepInput): Sql {
  const ids = seen.map(({ id }) => id);
  return sql`SELECT id FROM requests WHERE id ${oneOf(ids, 'text')} AND ${isPast(olderThanMs)} ${lockedOrSkipped}`;
}

/** A condition on `requests`. One that is past stays past: no verb gives it a grant again. */
function isPast(olderThanMs: number): Sql {
  return sql`
    outcome IS NOT NULL AND ${olderThan(sql`decided_at`, olderThanMs)}
    AND (granted_until IS NULL OR NOT (${HAS_RUNNING_GRANT}))
    AND NOT EXISTS (
      SELECT 1 FROM grants
      WHERE grants.site = requests.site AND grants.address = requests.address AND grants.request_id = requests.id
        AND ${IS_LIVE})
    AND NOT EXISTS (
      SELECT 1 FROM deliveries WHERE deliveries.request_id = requests.id AND deliveries.due_at IS NOT NULL)`;
}

function countOf(done: CompoundRows, part: string): number {
  return done[part]?.length ?? 0;
}

function nextOf(seen: readonly Seen[], limit: number): Swept['next'] {
  const last = seen.at(-1);
  return last === undefined || seen.length < limit ? null : [last.opened_at, last.id];
}
