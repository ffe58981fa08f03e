/** Service tokens of producers, by their hashes. Whether one lives is asked at each use, by the database's clock. */
import type { AuditEntry, ServiceTokenLedger, ServiceTokenRecord } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { ServiceTokenRow } from '../entities/identity.js';
import { row, rows, type Program } from '../program.js';
import { now, nowOnce, sql, whole } from '../sql.js';

type MintWish = Parameters<ServiceTokenLedger['mint']>[0];

/** A use is noted so rarely that a busy producer does not write with every call. */
const NOTED_EVERY_MS = 3_600_000;

export function* mintServiceToken(wish: MintWish, audit: AuditEntry): Program<ServiceTokenRecord> {
  const { id, hash, producer, label, ttlSeconds } = wish;
  const until = ttlSeconds === null ? sql`NULL` : sql`${now} + ${whole(ttlSeconds * 1000)}`;
  const minted = yield* row<ServiceTokenRow>(sql`
    INSERT INTO service_tokens (id, hash, producer, label, created_at, until)
    VALUES (${id}, ${hash}, ${producer}, ${label}, ${now}, ${until}) RETURNING *`);
  if (minted === null) throw new Error('a token was just written');
  yield* addAudit({ ...audit, detail: { ...audit.detail, token: id, producer } }, null);
  return serviceToken(minted);
}

/** Newest first, those that are over or revoked included. */
export function* listServiceTokens(): Program<readonly ServiceTokenRecord[]> {
  const found = yield* rows<ServiceTokenRow>(sql`SELECT * FROM service_tokens ORDER BY created_at DESC, id`);
  return found.map(serviceToken);
}

export function* revokeServiceToken(id: string, audit: AuditEntry): Program<ServiceTokenRecord | null> {
  const revoked = yield* row<ServiceTokenRow>(
    sql`UPDATE service_tokens SET revoked_at = ${now} WHERE id = ${id} AND revoked_at IS NULL RETURNING *`,
  );
  if (revoked === null) return null;
  yield* addAudit({ ...audit, detail: { ...audit.detail, token: id, producer: revoked.producer } }, null);
  return serviceToken(revoked);
}

export function* useServiceToken(hash: string): Program<ServiceTokenRecord | null> {
  const lives = sql`hash = ${hash} AND revoked_at IS NULL AND (until IS NULL OR until > ${nowOnce})`;
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

function serviceToken(token: ServiceTokenRow): ServiceTokenRecord {
  return {
    id: token.id,
    producer: token.producer,
    label: token.label,
    createdAtMs: token.created_at,
    untilMs: token.until,
    revokedAtMs: token.revoked_at,
    lastUsedAtMs: token.last_used_at,
  };
}
