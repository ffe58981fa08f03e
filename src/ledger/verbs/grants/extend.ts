/** Lets the grant of an approved request run longer. The grant and what the request's cards say of it move together. */
import type { RequestRecord } from '../../../approval/request.js';
import type { AuditEntry, GrantLedger, GrantRecord, Kept } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { dueTransports, raiseWanted, type RaisedRow } from '../deliveries/raise.js';
import type { GrantRow } from '../../tables/grants.js';
import type { RequestRow } from '../../tables/requests.js';
import { announce, row, compound, type UnitOfWork } from '../../unit-of-work.js';
import { once, REPEATED } from '../replays/once.js';
import { requestRecord } from '../requests/record.js';
import { locked, now, sql, whole } from '../../sql.js';
import { IS_LIVE } from './grants.js';
import { HAS_RUNNING_GRANT } from './live-request.js';
import { grantRecord } from './upsert.js';

type Input = Parameters<GrantLedger['extend']>[0];

interface Extended extends Kept {
  readonly grant: GrantRecord;
  readonly request: RequestRecord;
}

/** `new_end`: when the grant would end if it were extended now, by the database's clock. */
type LockedRequest = RequestRow & { readonly new_end: number };

export function* extend(input: Input, audit: AuditEntry): UnitOfWork<Extended | Repeated | null> {
  if (!(yield* once(input.replayKey))) return REPEATED;
  const request = yield* row<LockedRequest>(sql`
    SELECT requests.*, ${now} + ${whole(input.ttlSeconds * 1000)} AS new_end FROM requests
    WHERE id = ${input.requestId} AND ${HAS_RUNNING_GRANT} ${locked}`);
  if (request === null) return null;
  const before = yield* liveGrant(request);
  const moved = yield* moveGrant(request, input.by);
  const grant = moved ?? (yield* liveGrant(request));
  if (grant === null) return null;
  const told = yield* moveRequest(request, grant);
  if (moved !== null || told !== null) {
    const detail = {
      ...audit.detail,
      grant: grant.id,
      untilMs: grant.until,
      before: before?.until ?? null,
      after: grant.until,
    };
    yield* addAudit({ ...audit, site: grant.site, address: grant.address, detail }, request.id);
  }
  if (moved !== null) yield* announce({ kind: 'granted', grant: grantRecord(moved) });
  const isKept = moved === null && told === null;
  return { grant: grantRecord(grant), request: requestRecord(told ?? request), ...(isKept ? { isKept } : {}) };
}

/** Null where the grant is not live, or ends later already: a grant is never shortened. */
function moveGrant({ id, site, address, new_end }: LockedRequest, by: string): UnitOfWork<GrantRow | null> {
  return row<GrantRow>(sql`
    UPDATE grants SET until = ${whole(new_end)}, granted_at = ${now}, granted_by = ${by}, request_id = ${id}
    WHERE site = ${site} AND address = ${address} AND ${IS_LIVE} AND until < ${whole(new_end)}
    RETURNING *`);
}

function liveGrant({ site, address }: RequestRow): UnitOfWork<GrantRow | null> {
  return row<GrantRow>(sql`SELECT * FROM grants WHERE site = ${site} AND address = ${address} AND ${IS_LIVE}`);
}

/** Null where the request shows that end already. */
function* moveRequest({ id }: RequestRow, { until }: GrantRow): UnitOfWork<RequestRow | null> {
  const done = yield* compound({
    winning: sql`
      UPDATE requests SET granted_until = ${whole(until)}, revision = revision + 1
      WHERE id = ${id} AND ${HAS_RUNNING_GRANT} AND granted_until < ${whole(until)}
      RETURNING *`,
    consequences: { cards: raiseWanted(sql`${now}`) },
  });
  yield* announceDue(dueTransports(done['cards'] as readonly RaisedRow[]));
  const [told] = done['won'] as readonly RequestRow[];
  return told ?? null;
}
