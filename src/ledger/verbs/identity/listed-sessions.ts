/** Sessions as they are listed, and ended by whoever may. */
import type { AccountId, ApproverId } from '../../../approval/brand.js';
import type { SessionLine, WhichSessions } from '../../../contract/identity-ledger.js';
import type { AuditEntry, IdentityLedger } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { once, REPEATED } from '../replays/once.js';
import { sessions as sessionTable, type SessionRow } from '../../tables/identity.js';
import { mapper } from '../../tables/mapper.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, oneOf, sql, text, whole, type Sql } from '../../sql.js';
import { deleteSessions } from './ended-sessions.js';
import { voidMailedLinks } from './mailed-links.js';

type SessionsInput = Parameters<IdentityLedger['sessions']>[0];

/** Enough of the hash to tell all sessions apart, and as little of use to whoever reads it as the whole. */
const ID_DIGITS = 16;

export function* sessions({ approver, limit }: SessionsInput): UnitOfWork<readonly SessionLine[]> {
  const isTheirs = approver === null ? sql`1 = 1` : isOf(approver);
  const found = yield* rows<SessionRow>(sql`
    SELECT * FROM sessions WHERE until > ${now} AND ${isTheirs} ORDER BY coalesce(created_at, 0) DESC, hash LIMIT ${whole(limit)}`);
  return found.map(sessionLine);
}

type SignedInFrom = Awaited<ReturnType<IdentityLedger['signedInFrom']>>;

export function* signedInFrom(accounts: readonly AccountId[]): UnitOfWork<SignedInFrom> {
  return yield* rows<SignedInFrom[number]>(sql`
    SELECT DISTINCT approver AS account, address FROM sessions
    WHERE approver ${oneOf(accounts, 'text')} AND address IS NOT NULL ORDER BY approver, address`);
}

export function* endSessions(which: WhichSessions, audit: AuditEntry): UnitOfWork<readonly SessionLine[]> {
  const ended = (yield* deleteSessions(sql`${those(which)} AND until > ${now}`)).map(sessionLine);
  // a session of one browser may end because that was lost; who else may sign in is not the question then
  if (which.by !== 'id') yield* voidMailedLinks(those(which));
  yield* auditEnded(ended, audit);
  return ended;
}

type CredentialInput = Parameters<IdentityLedger['endSessionsOfCredential']>[0];
type CredentialEnded = Awaited<ReturnType<IdentityLedger['endSessionsOfCredential']>>;

export function* endSessionsOfCredential(
  { issuer, subject, replay }: CredentialInput,
  audit: AuditEntry,
): UnitOfWork<CredentialEnded> {
  if (!(yield* once(replay))) return REPEATED;
  const which = sql`credential_issuer = ${text(issuer)} AND credential_subject = ${text(subject)} AND until > ${now}`;
  const ended = (yield* deleteSessions(which)).map(sessionLine);
  yield* auditEnded(ended, audit);
  return { kind: 'ended', sessions: ended };
}

function* auditEnded(ended: readonly SessionLine[], audit: AuditEntry): UnitOfWork<void> {
  for (const approver of new Set(ended.map((session) => session.approver))) {
    const ids = ended.filter((session) => session.approver === approver).map(({ id }) => id);
    const sessions = ids.slice(0, MAX_NAMED).join(' ');
    const detail = { ...audit.detail, approver, count: ids.length, sessions, before: 'live', after: 'ended' };
    yield* addAudit({ ...audit, detail }, null);
  }
}

/** In one audit entry. */
const MAX_NAMED = 20;

function those(which: WhichSessions): Sql {
  switch (which.by) {
    case 'id':
      return which.approver === undefined ? isNamed(which.id) : sql`${isNamed(which.id)} AND ${isOf(which.approver)}`;
    case 'approver':
      return which.but === undefined
        ? isOf(which.approver)
        : sql`${isOf(which.approver)} AND NOT ${isNamed(which.but)}`;
    case 'all':
      return sql`1 = 1`;
  }
}

function isNamed(id: string): Sql {
  return sql`substr(hash, 1, CAST(${ID_DIGITS} AS integer)) = ${id}`;
}

function isOf(approver: string): Sql {
  return sql`approver = ${approver}`;
}

const shown = mapper(sessionTable, 'until', 'created_at', 'address', 'browser', 'signed_in_by', 'seen_at');

function sessionLine(session: SessionRow): SessionLine {
  return { id: idOf(session), approver: session.approver as ApproverId, ...shown(session) };
}

export function idOf({ hash }: SessionRow): string {
  return hash.slice(0, ID_DIGITS);
}
