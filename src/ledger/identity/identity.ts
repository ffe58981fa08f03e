/** Sign-in links and sessions. A link is spent by one guarded UPDATE, and the session is made in the same commit. */
import type { ApproverId } from '../../approval/brand.js';
import type { AuditEntry, IdentityLedger, SessionRecord } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { SessionRow } from '../entities/identity.js';
import { row, rows, type Program } from '../program.js';
import { now, nowOnce, sql, whole } from '../sql.js';

type LinkWish = Parameters<IdentityLedger['addSignInLink']>[0];
type SignInWish = Parameters<IdentityLedger['signIn']>[0];

/** Links and sessions are of no use once they are over; a day later they go. */
const KEPT_MS = 86_400_000;

export function* addSignInLink({ hash, approver, ttlSeconds }: LinkWish, audit: AuditEntry): Program<void> {
  const over = sql`until < ${nowOnce} - ${whole(KEPT_MS)}`;
  yield* rows(sql`DELETE FROM sign_in_links WHERE ${over}`);
  yield* rows(sql`DELETE FROM sessions WHERE ${over}`);
  yield* rows(sql`
    INSERT INTO sign_in_links (hash, approver, until)
    VALUES (${hash}, ${approver}, ${now} + ${whole(ttlSeconds * 1000)})`);
  yield* addAudit(audit, null);
}

export function* peekSignInLink(hash: string): Program<ApproverId | null> {
  const link = yield* row<{ approver: ApproverId }>(
    sql`SELECT approver FROM sign_in_links WHERE hash = ${hash} AND used_at IS NULL AND until > ${now}`,
  );
  return link?.approver ?? null;
}

export function* signIn(wish: SignInWish): Program<SessionRecord | null> {
  const { linkHash, sessionHash, csrfKey, ttlSeconds } = wish;
  const link = yield* row<{ approver: string }>(sql`
    UPDATE sign_in_links SET used_at = ${now}
    WHERE hash = ${linkHash} AND used_at IS NULL AND until > ${now} RETURNING approver`);
  if (link === null) return null;
  const session = yield* row<SessionRow>(sql`
    INSERT INTO sessions (hash, approver, csrf_key, until)
    VALUES (${sessionHash}, ${link.approver}, ${csrfKey}, ${now} + ${whole(ttlSeconds * 1000)}) RETURNING *`);
  yield* addAudit(
    { who: link.approver, what: 'signed_in', surface: 'page', site: null, address: null, detail: {} },
    null,
  );
  return session === null ? null : sessionRecord(session);
}

export function* findSession(hash: string): Program<SessionRecord | null> {
  const session = yield* row<SessionRow>(sql`SELECT * FROM sessions WHERE hash = ${hash} AND until > ${now}`);
  return session === null ? null : sessionRecord(session);
}

export function* endSession(hash: string): Program<void> {
  yield* rows(sql`DELETE FROM sessions WHERE hash = ${hash}`);
}

function sessionRecord({ approver, csrf_key, until }: SessionRow): SessionRecord {
  return { approver: approver as ApproverId, csrfKey: csrf_key, untilMs: until };
}
