/**
 * Sessions that services hold. They are rows of `sessions`, so that whatever ends those of an account ends these. An access token is
 * judged by its session as well: it lives no moment longer.
 */
import type { AuditEntry, ServiceSessionLedger, SessionRecord } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { hasFactorsOf } from '../factors/second.js';
import { accessTokens, sessions, type SessionRow } from '../../tables/identity.js';
import { insertInto } from '../../tables/insert.js';
import { least, now, sql, text, whole } from '../../sql.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { useCredential } from './accounts.js';
import { hasEnrolment } from './enrolments.js';
import { findSession, keptOf, sessionRecord } from './identity.js';

type StartInput = Parameters<ServiceSessionLedger['startServiceSession']>[0];
type RefreshInput = Parameters<ServiceSessionLedger['refreshServiceSession']>[0];
type Refreshed = Awaited<ReturnType<ServiceSessionLedger['refreshServiceSession']>>;
type Shown = Awaited<ReturnType<ServiceSessionLedger['accessToken']>>;

export function* startServiceSession(input: StartInput): UnitOfWork<SessionRecord | null> {
  const { proof, service, hash, refreshHash, access, idleSeconds } = input;
  const account = yield* useCredential(proof);
  const kept = account === null ? null : yield* keptOf(account);
  if (account === null || kept?.state === 'disabled' || (yield* hasEnrolment(account))) return null;
  const begun = {
    hash,
    approver: account,
    csrf_key: '',
    until: sql`${now} + ${whole(idleSeconds * 1_000)}`,
    created_at: now,
    browser: `through ${service}`,
    signed_in_by: 'provider' as const,
    authenticated_at: now,
    seen_at: now,
    credential_issuer: proof.issuer,
    credential_subject: proof.subject,
    service,
    refresh_hash: refreshHash,
  };
  const hasFactors = sql`CASE WHEN ${hasFactorsOf(text(account))} THEN 1 ELSE 0 END AS has_factors`;
  const session = yield* row<SessionRow & { readonly has_factors: number }>(
    sql`${insertInto(sessions, begun)} RETURNING *, ${hasFactors}`,
  );
  yield* addAccessToken(hash, access);
  const detail = { by: 'credential', service };
  yield* addAudit({ who: account, what: 'signed_in', surface: 'service', site: null, address: null, detail }, null);
  return session === null ? null : sessionRecord({ ...session, is_seen_due: 0 }, kept);
}

function* addAccessToken(session: string, { hash, seconds }: StartInput['access']): UnitOfWork<void> {
  const until = sql`${now} + ${whole(seconds * 1_000)}`;
  yield* rows(insertInto(accessTokens, { hash, session, until }));
}

export function* refreshServiceSession(input: RefreshInput, audit: Omit<AuditEntry, 'who'>): UnitOfWork<Refreshed> {
  const { hash, service, refreshHash, nextRefreshHash, access, idleSeconds, maxSeconds } = input;
  const isCurrent = sql`refresh_hash = ${text(refreshHash)}`;
  const idleEnd = sql`${now} + ${whole(idleSeconds * 1_000)}`;
  const lastEnd = sql`created_at + ${whole(maxSeconds * 1_000)}`;
  const used = yield* row<SessionRow>(sql`
    UPDATE sessions SET
      until = CASE WHEN ${isCurrent} THEN ${least}(${idleEnd}, ${lastEnd}) ELSE ${now} END,
      seen_at = CASE WHEN ${isCurrent} THEN ${now} ELSE seen_at END,
      refresh_hash = CASE WHEN ${isCurrent} THEN ${text(nextRefreshHash)} ELSE NULL END
    WHERE hash = ${hash} AND service = ${service} AND refresh_hash IS NOT NULL AND until > ${now} RETURNING *`);
  if (used === null) return { kind: 'unknown' };
  if (used.refresh_hash === null) {
    yield* addAudit({ ...audit, who: used.approver }, null);
    return { kind: 'reused', account: used.approver };
  }
  const session = yield* findSession(hash);
  if (session === null) return { kind: 'unknown' };
  yield* addAccessToken(hash, access);
  return { kind: 'refreshed', session };
}

export function* accessToken(hash: string): UnitOfWork<Shown> {
  const token = yield* row<{ session: string; service: string; until: number }>(sql`
    SELECT access_tokens.session, sessions.service, ${least}(access_tokens.until, sessions.until) AS until
    FROM access_tokens JOIN sessions ON sessions.hash = access_tokens.session
    WHERE access_tokens.hash = ${hash} AND access_tokens.until > ${now} AND sessions.service IS NOT NULL`);
  const session = token === null ? null : yield* findSession(token.session);
  return token === null || session === null ? null : { session, service: token.service, untilMs: token.until };
}
