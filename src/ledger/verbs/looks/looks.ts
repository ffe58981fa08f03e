/** What the console lists, page by page. */
import type { RequestId } from '../../../approval/brand.js';
import type { RequestRecord } from '../../../approval/request.js';
import type { AuditEntry, AuditRow, GrantRecord } from '../../../contract/ledger.js';
import type { AuditFilter, GrantFilter, Looking, Page, RequestFilter } from '../../../contract/look-ledger.js';
import { audit, type AuditTableRow } from '../../tables/audit.js';
import type { GrantRow } from '../../tables/grants.js';
import { mapper } from '../../tables/mapper.js';
import type { RequestRow } from '../../tables/requests.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { nowOnce, oneOf, sql, text, verbatim, whole, type Sql } from '../../sql.js';
import { IS_LIVE } from '../grants/grants.js';
import { grantRecord } from '../grants/upsert.js';
import { requestRecord } from '../requests/record.js';
import { hasWords } from './words.js';
import { every, pageOf, positionOf, type Keyed } from './page.js';

const REQUESTS: Keyed = {
  table: verbatim('requests'),
  position: verbatim('opened_at'),
  id: verbatim('id'),
  asId: text,
  listed: sql`true`,
};
const GRANTS: Keyed = {
  table: verbatim('grants'),
  position: verbatim('until'),
  id: verbatim('id'),
  asId: (id) => whole(Number(id)),
  listed: IS_LIVE,
};
const AUDIT: Keyed = {
  table: verbatim('audit'),
  position: verbatim('id'),
  id: verbatim('id'),
  asId: (id) => whole(Number(id)),
  listed: sql`true`,
};

export function* lookAtRequests({ filter, ...page }: Looking<RequestFilter>): UnitOfWork<Page<RequestRecord>> {
  const { found, next } = yield* pageOf<RequestRow>(REQUESTS, page, requestsLike(filter));
  return { found: found.map(requestRecord), next };
}

export function* lookAtGrants({ filter, ...page }: Looking<GrantFilter>): UnitOfWork<Page<GrantRecord>> {
  const { containing } = filter;
  const where = every([
    ofSites(filter.sites),
    containing === undefined
      ? null
      : sql`(CAST(id AS text) = ${text(containing)}
        OR ${stands(containing, sql`site || ' ' || address || ' ' || granted_by`)})`,
  ]);
  const { found, next } = yield* pageOf<GrantRow>(GRANTS, page, where);
  return { found: found.map(grantRecord), next };
}

export function* lookAtAudit({ filter, ...page }: Looking<AuditFilter>): UnitOfWork<Page<AuditRow>> {
  const { words = [], what, sinceMs, untilMs } = filter;
  const where = every([
    ofSites(filter.sites),
    what === undefined ? null : sql`what = ${what}`,
    sinceMs === undefined ? null : sql`at >= ${whole(sinceMs)}`,
    untilMs === undefined ? null : sql`at < ${whole(untilMs)}`,
    // a part is looked for here, and the whole word in what that finds
    ...words.map((word) => stands(word, SEARCHED)),
  ]);
  const { found, next } = yield* pageOf<AuditTableRow>(AUDIT, page, where);
  return { found: found.filter((entry) => hasWords(entry, words)).map(auditRow), next };
}

/** Sealed entries are found by an index that has only those; the few unsealed ones by an index of their own. */
export function* trailOfRequest(id: RequestId, limit: number): UnitOfWork<readonly AuditRow[]> {
  const part = (isSealed: Sql): Sql =>
    sql`SELECT * FROM audit WHERE request_id = ${id} AND ${isSealed} ORDER BY id LIMIT ${whole(limit)}`;
  const found = yield* rows<AuditTableRow>(sql`
    SELECT * FROM (
      SELECT * FROM (${part(sql`number IS NOT NULL`)}) sealed
      UNION ALL SELECT * FROM (${part(sql`number IS NULL`)}) unsealed) entries
    ORDER BY id LIMIT ${whole(limit)}`);
  return found.map(auditRow);
}

const known = mapper(audit, 'id', 'at', 'who', 'what', 'surface', 'site', 'address', 'request_id', 'detail');

function auditRow(entry: AuditTableRow): AuditRow {
  return { ...known(entry), detail: JSON.parse(entry.detail) as AuditEntry['detail'] };
}

const SEARCHED = sql`who || ' ' || what || ' ' || surface || ' ' || coalesce(site, '') || ' ' || coalesce(address, '')
  || ' ' || coalesce(request_id, '') || ' ' || detail`;

function requestsLike({ sites, asked, outcome, containing, environment }: RequestFilter): Sql {
  const here = ofSites(sites);
  return every([
    here === null || asked === undefined ? here : sql`(${here} OR ${isAsked(asked)})`,
    outcome === undefined ? null : ended(outcome),
    environment === undefined ? null : sql`environment = ${environment}`,
    containing === undefined
      ? null
      : sql`(${positionOf}(id, lower(${text(containing)})) = 1
        OR ${stands(containing, sql`host || ' ' || address || ' ' || coalesce(person, '')`)})`,
  ]);
}

function isAsked(approver: string): Sql {
  const ofIt = sql`asked.request_id = requests.id AND asked.approver = ${approver}`;
  return sql`site IS NULL AND EXISTS (SELECT 1 FROM asked WHERE ${ofIt})`;
}

function ended(outcome: NonNullable<RequestFilter['outcome']>): Sql {
  return outcome === 'open' ? sql`outcome IS NULL AND deadline_at > ${nowOnce}` : sql`outcome = ${outcome}`;
}

function ofSites(sites: RequestFilter['sites']): Sql | null {
  return sites === undefined || sites === null ? null : sql`site ${oneOf(sites, 'text')}`;
}

function stands(words: string, among: Sql): Sql {
  return sql`${positionOf}(lower(${among}), lower(${text(words)})) > 0`;
}
