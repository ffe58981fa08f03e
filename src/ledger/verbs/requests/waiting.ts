/**
 * A visitor's request that nobody has answered yet: while it waits, the same address is given this one back at the same site, even
 * when its window is over. Only for requests with a window, those of our own gate: a producer asks as often as it likes.
 */
import type { OpenOutcome, OpenRequest } from '../../../contract/ledger.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, type Sql } from '../../sql.js';
import { rowById, rowByTokenHash } from './find.js';
import { requestRecord } from './record.js';

/** Selects the id of the newest one. `coalesce`: so that the index of visitors serves it, and never that of pending requests. */
export function waitingOf(input: OpenRequest): Sql {
  if (input.window === null || input.site === null) return sql`SELECT id FROM requests WHERE false`;
  return sql`
    SELECT id FROM requests
    WHERE ${ofVisitor(input)} AND coalesce(outcome, '') = '' AND deadline_at > ${now}
    ORDER BY opened_at DESC LIMIT 1`;
}

/** By its id: an answer that came since is shown as well. */
export function* stillWaiting(id: string): UnitOfWork<OpenOutcome> {
  const request = yield* rowById(id);
  if (request === null) throw new Error('a request that waits is there');
  return inPlaceOf(request);
}

/**
 * The request for which another opening of this visitor was quicker; it may be answered already. Null where there is none: then
 * nothing but the token was in the way.
 */
export function* openedMeanwhile(input: OpenRequest): UnitOfWork<OpenOutcome | null> {
  if (input.window === null || input.site === null || (yield* rowByTokenHash(input.tokenHash)) !== null) return null;
  const request = yield* row<RequestRow>(sql`
    SELECT * FROM requests WHERE ${ofVisitor(input)}
    ORDER BY CASE WHEN outcome IS NULL THEN 0 ELSE 1 END, opened_at DESC LIMIT 1`);
  return request === null ? null : inPlaceOf(request);
}

function ofVisitor({ producer, site, address }: OpenRequest): Sql {
  return sql`producer = ${producer} AND site = ${site} AND address = ${address}`;
}

function inPlaceOf(request: RequestRow): OpenOutcome {
  const untilMs = request.outcome === null ? request.deadline_at : (request.window_until ?? request.deadline_at);
  return { kind: 'window', untilMs, request: requestRecord(request) };
}
