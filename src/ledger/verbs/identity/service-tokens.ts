/**
 * Service tokens of producers, of sites and of services that sign people in, by their hashes. Whether one lives is
 * asked at each use, by the database's clock.
 */
import type { SiteKey } from '../../../approval/brand.js';
import type { AuditEntry, LiveSiteToken, ServiceTokenLedger, ServiceTokenRecord } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { serviceTokens, type ServiceTokenRow } from '../../tables/identity.js';
import { insertFrom, insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, sql, whole, type Sql } from '../../sql.js';

type MintInput = Parameters<ServiceTokenLedger['mint']>[0];
type SiteMintInput = Parameters<ServiceTokenLedger['mintForSite']>[0];
type ServiceMintInput = Parameters<ServiceTokenLedger['mintForService']>[0];

/** A use is noted so rarely that a busy producer does not write with every call. */
const NOTED_EVERY_MS = 3_600_000;
const IS_LIVE = sql`revoked_at IS NULL AND (until IS NULL OR until > ${nowOnce})`;
const IS_PRODUCERS = sql`site IS NULL AND service IS NULL`;
const IS_SITES = sql`site IS NOT NULL`;
const IS_SERVICES = sql`service IS NOT NULL`;

export function* mintServiceToken(input: MintInput, audit: AuditEntry): UnitOfWork<ServiceTokenRecord> {
  return yield* mintUnlimited({ ...input, service: null }, audit);
}

export function* mintTokenOfService(input: ServiceMintInput, audit: AuditEntry): UnitOfWork<ServiceTokenRecord> {
  return yield* mintUnlimited({ ...input, producer: '' }, audit);
}

function* mintUnlimited(
  { ttlSeconds, ...of }: MintInput & { readonly service: string | null },
  audit: AuditEntry,
): UnitOfWork<ServiceTokenRecord> {
  const { id, hash, producer, service, label } = of;
  const until = ttlSeconds === null ? null : sql`${now} + ${whole(ttlSeconds * 1000)}`;
  const token = { id, hash, producer, label, created_at: now, until, service };
  const minted = yield* row<ServiceTokenRow>(sql`${insertInto(serviceTokens, token)} RETURNING *`);
  if (minted === null) throw new Error('a token was just written');
  yield* addAudit(about(minted, audit, { before: null, after: 'live' }), null);
  return serviceToken(minted);
}

/** Two mintings at one moment may both be the last that is allowed: one token too many harms nobody. */
export function* mintSiteToken(input: SiteMintInput, audit: AuditEntry): UnitOfWork<ServiceTokenRecord | null> {
  const { id, hash, site, label, ttlSeconds, maxLive } = input;
  const until = sql`${now} + ${whole(ttlSeconds * 1000)}`;
  const token = { id, hash, producer: '', label, created_at: now, until, site };
  const isRoom = sql`(SELECT count(*) FROM service_tokens WHERE ${IS_SITES} AND ${IS_LIVE}) < ${whole(maxLive)}`;
  const minted = yield* row<ServiceTokenRow>(
    sql`${insertFrom(serviceTokens, token, sql`WHERE ${isRoom}`)} RETURNING *`,
  );
  if (minted === null) return null;
  yield* addAudit(about(minted, audit, { before: null, after: 'live' }), null);
  yield* announce({ kind: 'site_tokens' });
  return serviceToken(minted);
}

/** Newest first, those that are over or revoked included. */
export function* listServiceTokens(): UnitOfWork<readonly ServiceTokenRecord[]> {
  const found = yield* rows<ServiceTokenRow>(sql`SELECT * FROM service_tokens ORDER BY created_at DESC, id`);
  return found.map(serviceToken);
}

type LiveSiteRow = Pick<ServiceTokenRow, 'id' | 'hash'> & { readonly site: SiteKey; readonly until: number };

export function* liveSiteTokens(): UnitOfWork<{ nowMs: number; tokens: readonly LiveSiteToken[] }> {
  const clock = yield* row<{ now_ms: number }>(sql`SELECT ${now} AS now_ms`);
  const found = yield* rows<LiveSiteRow>(
    sql`SELECT id, hash, site, until FROM service_tokens WHERE ${IS_SITES} AND until IS NOT NULL AND ${IS_LIVE}`,
  );
  const tokens = found.map(({ until, ...token }) => ({ ...token, untilMs: until }));
  return { nowMs: clock?.now_ms ?? 0, tokens };
}

export function* revokeServiceToken(id: string, audit: AuditEntry): UnitOfWork<ServiceTokenRecord | null> {
  const revoked = yield* row<ServiceTokenRow>(
    sql`UPDATE service_tokens SET revoked_at = ${now} WHERE id = ${id} AND revoked_at IS NULL RETURNING *`,
  );
  if (revoked === null) return null;
  yield* addAudit(about(revoked, audit, { before: 'live', after: 'revoked' }), null);
  if (revoked.site !== null) yield* announce({ kind: 'site_tokens' });
  return serviceToken(revoked);
}

export function useServiceToken(hash: string): UnitOfWork<ServiceTokenRecord | null> {
  return use(hash, IS_PRODUCERS);
}

export function useTokenOfService(hash: string): UnitOfWork<ServiceTokenRecord | null> {
  return use(hash, IS_SERVICES);
}

export function useSiteToken(hash: string): UnitOfWork<ServiceTokenRecord | null> {
  return use(hash, IS_SITES);
}

function* use(hash: string, whose: Sql): UnitOfWork<ServiceTokenRecord | null> {
  const lives = sql`hash = ${hash} AND ${whose} AND ${IS_LIVE}`;
  const isNoted = sql`coalesce(last_used_at, 0) > ${nowOnce} - ${whole(NOTED_EVERY_MS)}`;
  const found = yield* row<ServiceTokenRow & { readonly is_noted: number }>(
    sql`SELECT service_tokens.*, CASE WHEN ${isNoted} THEN 1 ELSE 0 END AS is_noted FROM service_tokens WHERE ${lives}`,
  );
  if (found === null || found.is_noted === 1) return found === null ? null : serviceToken(found);
  const noted = yield* row<ServiceTokenRow>(
    sql`UPDATE service_tokens SET last_used_at = ${now} WHERE ${lives} AND NOT (${isNoted}) RETURNING *`,
  );
  return serviceToken(noted ?? found);
}

/** Which token it was; a site's stands in the trail under its site. */
function about(
  { id, producer, site, service }: ServiceTokenRow,
  audit: AuditEntry,
  change: AuditEntry['detail'],
): AuditEntry {
  const detail = { ...audit.detail, token: id, ...change };
  if (service !== null) return { ...audit, detail: { ...detail, service } };
  return site === null ? { ...audit, detail: { ...detail, producer } } : { ...audit, site, detail };
}

const serviceToken: (token: ServiceTokenRow) => ServiceTokenRecord = mapper(
  serviceTokens,
  'id',
  'producer',
  'site',
  'service',
  'label',
  'created_at',
  'until',
  'revoked_at',
  'last_used_at',
);
