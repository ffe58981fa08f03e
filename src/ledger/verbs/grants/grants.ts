/** Grants: reading those that live, and the operator's own granting. */
import type { SiteKey, VisitorAddress } from '../../../approval/brand.js';
import type { AuditEntry, GrantLedger, GrantRecord, GrantSearch, Kept } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import type { GrantRow } from '../../tables/grants.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, oneOf, sql, text, whole, type Spelling, type Sql } from '../../sql.js';
import { once, REPEATED } from '../replays/once.js';
import { grantRecord, upsertGrant } from './upsert.js';

type Input = Parameters<GrantLedger['grant']>[0];
type List = Parameters<GrantLedger['list']>[0];

export const IS_LIVE = sql`revoked_at IS NULL AND until > ${nowOnce}`;

export function* listGrants({ sites, id, address, limit, search }: List): UnitOfWork<readonly GrantRecord[]> {
  if (sites?.length === 0) return [];
  const here = sites === null ? sql`true` : sql`site ${oneOf(sites, 'text')}`;
  const listed = (count: number): Sql => sql`
    SELECT * FROM grants WHERE ${here} AND ${named({ id, address })} AND ${IS_LIVE}
    ORDER BY until, id LIMIT ${whole(count)}`;
  const asked = search === undefined ? listed(limit) : among(listed(search.among), { search, limit });
  return (yield* rows<GrantRow>(asked)).map(grantRecord);
}

function among(listed: Sql, { search, limit }: { readonly search: GrantSearch; readonly limit: number }): Sql {
  // A grant without a request is found by no text at all: what is put together with NULL is NULL.
  const name = search.by === 'number' ? sql`CAST(id AS text)` : sql`request_id`;
  return sql`
    SELECT * FROM (${listed}) AS listed
    WHERE ${positionOf}(${name} || ' ' || site || ' ' || address, ${text(search.containing)}) > 0
    ORDER BY until, id LIMIT ${whole(limit)}`;
}

/** Where the second text begins in the first, from 1; 0: nowhere. An empty one begins everywhere. */
const positionOf: Spelling = { sqlite: 'instr', postgres: 'strpos' };

export function* countGrants(): UnitOfWork<number> {
  const counted = yield* row<{ live: number }>(sql`SELECT count(*) AS live FROM grants WHERE ${IS_LIVE}`);
  return counted?.live ?? 0;
}

/** Jumps from site to site through the index, so that its cost grows with the sites and not with their grants. */
export function* grantSites(): UnitOfWork<readonly SiteKey[]> {
  const found = yield* rows<{ site: SiteKey }>(sql`
    WITH RECURSIVE known(site) AS (
      SELECT min(site) FROM grants
      UNION ALL
      SELECT (SELECT min(site) FROM grants WHERE site > known.site) FROM known WHERE known.site IS NOT NULL)
    SELECT site FROM known WHERE site IS NOT NULL`);
  return found.map(({ site }) => site);
}

/** A condition on `grants`: a field that is left out does not restrict it. */
export function named({
  id,
  address,
}: {
  readonly id?: number | undefined;
  readonly address?: string | undefined;
}): Sql {
  const byId = id === undefined ? sql`true` : sql`id = ${whole(id)}`;
  const byAddress = address === undefined ? sql`true` : sql`address = ${address}`;
  return sql`${byId} AND ${byAddress}`;
}

export function* findGrant(site: SiteKey, address: VisitorAddress): UnitOfWork<GrantRecord | null> {
  const found = yield* row<GrantRow>(
    sql`SELECT * FROM grants WHERE site = ${site} AND address = ${address} AND ${IS_LIVE}`,
  );
  return found === null ? null : grantRecord(found);
}

export function* grant(input: Input, audit: AuditEntry): UnitOfWork<(GrantRecord & Kept) | Repeated> {
  const { site, address, ttlSeconds, by } = input;
  if (!(yield* once(input.replayKey))) return REPEATED;
  const clock = yield* row<{ at: number }>(sql`SELECT ${now} AS at`);
  if (clock === null) throw new Error('the database tells the time');
  const until = clock.at + ttlSeconds * 1000;
  const before = yield* findGrant(site, address);
  const offered = { site, address, until, granted_at: clock.at, granted_by: by };
  const written = yield* row<GrantRow>(upsertGrant(offered, sql`WHERE true`));
  if (written === null) throw new Error('a grant is written or extended');
  const record = grantRecord(written);
  if (record.untilMs > until) return { ...record, isKept: true };
  const change = { untilMs: record.untilMs, before: before?.untilMs ?? null, after: record.untilMs };
  yield* addAudit({ ...audit, detail: { ...audit.detail, grant: record.id, ...change } }, null);
  yield* announce({ kind: 'granted', grant: record });
  return record;
}
