/** Reading requests. */
import type { ApproverId, RequestId, SiteKey, StatusId, VisitorAddress } from '../../../approval/brand.js';
import type { RequestRecord } from '../../../approval/request.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, sql, whole, type Sql } from '../../sql.js';
import { requestRecord } from './record.js';

/** An id has 20 characters of `0-9a-z`: padded with `z`, a prefix becomes the last id that can begin with it. */
const ID_CHARACTERS = 20;
const LAST_CHARACTER = 'z';
/** Total: of two opened in one millisecond the same one comes first in every list, so that pages neither repeat nor skip one. */
const NEWEST_FIRST = sql`ORDER BY opened_at DESC, id DESC`;

export function rowByTokenHash(tokenHash: string): UnitOfWork<RequestRow | null> {
  return row<RequestRow>(sql`SELECT * FROM requests WHERE token_hash = ${tokenHash}`);
}

export function rowById(id: string): UnitOfWork<RequestRow | null> {
  return row<RequestRow>(sql`SELECT * FROM requests WHERE id = ${id}`);
}

export function byTokenHash(tokenHash: string): UnitOfWork<RequestRecord | null> {
  return one(rowByTokenHash(tokenHash));
}

export function byId(id: RequestId): UnitOfWork<RequestRecord | null> {
  return one(rowById(id));
}

export function byStatusId(statusId: StatusId): UnitOfWork<RequestRecord | null> {
  return one(row(sql`SELECT * FROM requests WHERE status_id = ${statusId}`));
}

/** A range instead of LIKE: it uses the index, and what people type is never read as a pattern. */
export function byPrefix(prefix: string, limit: number): UnitOfWork<readonly RequestRecord[]> {
  const last = prefix.padEnd(ID_CHARACTERS, LAST_CHARACTER);
  return many(
    sql`SELECT * FROM requests WHERE id >= ${prefix} AND id <= ${last} ${NEWEST_FIRST} LIMIT ${whole(limit)}`,
  );
}

export function latestOf(site: SiteKey, address: VisitorAddress): UnitOfWork<RequestRecord | null> {
  const latest = sql`
    SELECT * FROM requests
    WHERE site = ${site} AND address = ${address} AND (outcome IS NULL OR window_until > ${now})
    ${NEWEST_FIRST} LIMIT 1`;
  return one(row(latest));
}

/** A request past its deadline is not pending, even while its expiry is not written yet. */
export function pending(limit: number): UnitOfWork<readonly RequestRecord[]> {
  return many(sql`
    SELECT * FROM requests WHERE outcome IS NULL AND deadline_at > ${nowOnce}
    ${NEWEST_FIRST} LIMIT ${whole(limit)}`);
}

export function recent(limit: number): UnitOfWork<readonly RequestRecord[]> {
  return many(sql`SELECT * FROM requests ${NEWEST_FIRST} LIMIT ${whole(limit)}`);
}

export function* approversOf(id: RequestId): UnitOfWork<readonly ApproverId[]> {
  const asked = sql`SELECT DISTINCT approver FROM asked WHERE request_id = ${id} ORDER BY approver`;
  return (yield* rows<{ approver: ApproverId }>(asked)).map(({ approver }) => approver);
}

export function* msUntilNextDeadline(): UnitOfWork<number | null> {
  const next = yield* row<{ ms: number | null }>(
    sql`SELECT min(deadline_at) - ${now} AS ms FROM requests WHERE outcome IS NULL`,
  );
  return typeof next?.ms === 'number' ? Math.max(next.ms, 0) : null;
}

function* one(reading: UnitOfWork<RequestRow | null>): UnitOfWork<RequestRecord | null> {
  const found = yield* reading;
  return found === null ? null : requestRecord(found);
}

function* many(statement: Sql): UnitOfWork<readonly RequestRecord[]> {
  return (yield* rows<RequestRow>(statement)).map(requestRecord);
}
