/** Sign-in links and sessions. A link is spent by one guarded UPDATE, and the session is made in the same commit. */
import type { AccountId } from '../../../approval/brand.js';
import { isWithASecond, type SignedInBy } from '../../../approval/signed-in-by.js';
import type { CredentialKey } from '../../../contract/account-ledger.js';
import type { AuditEntry, IdentityLedger, KeptAccount, SessionRecord, SignInProof } from '../../../contract/ledger.js';
import { never } from '../../../base/process/never.js';
import { addAudit } from '../audit/add.js';
import { useCredential } from './accounts.js';
import { deleteSessions } from './ended-sessions.js';
import { idOf } from './listed-sessions.js';
import { dropEnrolment, hasEnrolment, spendEnrolment } from './enrolments.js';
import { askForSecond, hasFactorsOf, resetFactors } from '../factors/second.js';
import { usePasskey } from '../factors/passkeys.js';
import { useRecoveryCode, useTotp } from '../factors/totp.js';
import { spendMailedLink, spendMailedNumber } from './mailed-links.js';
import type { AccountRow } from '../../tables/accounts.js';
import { sessions as sessionTable, signInLinks, type SessionRow } from '../../tables/identity.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, least, locked, now, nowOnce, sql, text, whole } from '../../sql.js';

type LinkInput = Parameters<IdentityLedger['addSignInLink']>[0];
type SeenInput = Parameters<IdentityLedger['noteSeen']>[0];
type StartInput = Parameters<IdentityLedger['startSession']>[0];

/** Links and sessions are of no use once they are over; a day later they go. */
const KEPT_MS = 86_400_000;

/** That a session was seen is noted so rarely that looking at pages hardly ever writes. */
const NOTED_EVERY_MS = 300_000;

export function* addSignInLink(input: LinkInput, audit: AuditEntry): UnitOfWork<void> {
  const { hash, account, ttlSeconds, resetsFactors = false } = input;
  const over = sql`until < ${nowOnce} - ${whole(KEPT_MS)}`;
  yield* rows(sql`DELETE FROM sign_in_links WHERE ${over}`);
  yield* rows(sql`DELETE FROM sessions WHERE ${over}`);
  const until = sql`${greatest}(
    ${now} + ${whole(ttlSeconds * 1000)},
    coalesce((SELECT max(until) + 1 FROM sign_in_links WHERE approver = ${account}), 0))`;
  yield* rows(insertInto(signInLinks, { hash, approver: account, until }));
  yield* dropEnrolment(account);
  if (resetsFactors) yield* resetFactors(account, audit);
  yield* addAudit({ ...audit, detail: { ...audit.detail, before: null, after: 'made' } }, null);
}

/**
 * Of an approver's links only the newest is good, used or not: all live equally long, so it is the one that ends last. Judged as
 * the link is used, and not by deleting the older ones, so that two that are made at once are not both left.
 */
const IS_NEWEST = sql`NOT EXISTS (
  SELECT 1 FROM sign_in_links newer
  WHERE newer.approver = sign_in_links.approver
    AND (newer.until > sign_in_links.until OR (newer.until = sign_in_links.until AND newer.hash > sign_in_links.hash)))`;

export function* peekSignInLink(hash: string): UnitOfWork<AccountId | null> {
  const link = yield* row<{ approver: AccountId }>(sql`
    SELECT approver FROM sign_in_links
    WHERE hash = ${hash} AND used_at IS NULL AND until > ${now} AND ${IS_NEWEST}`);
  return link?.approver ?? null;
}

export function* startSession(input: StartInput): UnitOfWork<SessionRecord | null> {
  const { proof, hash, csrfKey, idleSeconds, address, browser, former = null } = input;
  const account = yield* spend(proof);
  const kept = account === null ? null : yield* keptOf(account);
  if (account === null || kept?.state === 'disabled') return null;
  if (proof.kind !== 'enrolment' && (yield* hasEnrolment(account))) return null;
  const before = yield* sessionBefore(proof, { account, former: former?.hash ?? null });
  if (before === null && isOfASession(proof)) return null;
  const begun = {
    hash,
    approver: account,
    csrf_key: csrfKey,
    until: sql`${now} + ${whole(idleSeconds * 1000)}`,
    created_at: now,
    address,
    browser,
    signed_in_by: SIGNED_IN_BY[proof.kind],
    authenticated_at: now,
    seen_at: now,
    ...(proof.kind === 'credential' ? begunBy(proof) : yield* credentialOf(before, former)),
  };
  const session = yield* row<SessionRow>(sql`${insertInto(sessionTable, begun)} RETURNING *`);
  yield* addAudit(
    { who: account, what: 'signed_in', surface: 'page', site: null, address, detail: { by: proof.kind } },
    null,
  );
  const hasFactors = yield* askForSecond(hash, account);
  return session === null ? null : sessionRecord({ ...session, is_seen_due: 0, has_factors: hasFactors ? 1 : 0 }, kept);
}

/** What is typed answers a question that was asked of a session. */
function isOfASession(proof: SignInProof): proof is Extract<SignInProof, { readonly kind: 'totp' | 'recovery_code' }> {
  return proof.kind === 'totp' || proof.kind === 'recovery_code';
}

/**
 * The live session that a second factor goes on with. It is held until the commit: whoever ends it at the same time has ended it
 * before, or finds the new one as well (`deleteSessions`).
 */
function* sessionBefore(
  proof: SignInProof,
  { account, former }: { readonly account: AccountId; readonly former: string | null },
): UnitOfWork<SessionRow | null> {
  if (!isWithASecond(SIGNED_IN_BY[proof.kind])) return null;
  const hash = isOfASession(proof) ? proof.challenge.holder : former;
  return yield* row<SessionRow>(sql`
    SELECT * FROM sessions WHERE hash = ${text(hash)} AND approver = ${account} AND until > ${now} ${locked}`);
}

type BegunBy = Pick<SessionRow, 'credential_issuer' | 'credential_subject'>;

function begunBy({ issuer, subject }: CredentialKey): BegunBy {
  return { credential_issuer: issuer, credential_subject: subject };
}

/**
 * By what this browser's session before it was begun at a provider, unless the provider last vouched for that longer ago than a session
 * may last: whoever gives second factors again and again would stay who they were there, whatever has become of them since.
 */
function* credentialOf(before: SessionRow | null, former: StartInput['former']): UnitOfWork<BegunBy> {
  const { credential_issuer = null, credential_subject = null } = before?.hash === former?.hash ? (before ?? {}) : {};
  const vouched = yield* row<CredentialKey>(sql`
    SELECT issuer, subject FROM credentials
    WHERE issuer = ${text(credential_issuer)} AND subject = ${text(credential_subject)}
      AND last_used_at > ${now} - ${whole((former?.maxSeconds ?? 0) * 1000)}`);
  return vouched === null ? { credential_issuer: null, credential_subject: null } : begunBy(vouched);
}

export function* keptOf(account: AccountId): UnitOfWork<KeptAccount | null> {
  return yield* row<KeptAccount>(sql`SELECT name, state FROM accounts WHERE id = ${account}`);
}

const SIGNED_IN_BY: Readonly<Record<SignInProof['kind'], SignedInBy>> = {
  sign_in_link: 'operator_link',
  enrolment: 'enrolment',
  mailed_link: 'mailed_link',
  mailed_number: 'mailed_link',
  credential: 'provider',
  passkey: 'passkey',
  totp: 'totp',
  recovery_code: 'recovery_code',
};

function* spend(proof: SignInProof): UnitOfWork<AccountId | null> {
  switch (proof.kind) {
    case 'sign_in_link':
      return yield* spendSignInLink(proof.hash);
    case 'enrolment':
      return yield* spendEnrolment(proof);
    case 'mailed_link':
      return yield* spendMailedLink(proof);
    case 'mailed_number':
      return yield* spendMailedNumber(proof);
    case 'credential':
      return yield* useCredential(proof);
    case 'passkey':
      return yield* usePasskey(proof);
    case 'totp':
      return yield* useTotp(proof);
    case 'recovery_code':
      return yield* useRecoveryCode(proof);
    default:
      return never(proof);
  }
}

function* spendSignInLink(hash: string): UnitOfWork<AccountId | null> {
  const spent = yield* row<{ approver: AccountId }>(sql`
    UPDATE sign_in_links SET used_at = ${now}
    WHERE hash = ${hash} AND used_at IS NULL AND until > ${now} AND ${IS_NEWEST} RETURNING approver`);
  return spent?.approver ?? null;
}

export function* findSession(hash: string): UnitOfWork<SessionRecord | null> {
  const session = yield* row<FoundSession & Kept>(sql`
    SELECT sessions.*, accounts.name AS account_name, accounts.state AS account_state,
      CASE WHEN ${IS_SEEN_DUE} THEN 1 ELSE 0 END AS is_seen_due,
      CASE WHEN ${hasFactorsOf(sql`sessions.approver`)} THEN 1 ELSE 0 END AS has_factors
    FROM sessions LEFT JOIN accounts ON accounts.id = sessions.approver
    WHERE hash = ${hash} AND until > ${now}`);
  if (session === null) return null;
  const { account_name: name, account_state: state } = session;
  return sessionRecord(session, state === null ? null : { name, state });
}

interface Kept {
  readonly account_name: AccountRow['name'];
  readonly account_state: AccountRow['state'] | null;
}

/** Never where nothing was seen yet: a session of a version of before. */
const IS_SEEN_DUE = sql`seen_at <= ${nowOnce} - ${whole(NOTED_EVERY_MS)}`;

export function* noteSeen({ hash, idleSeconds, maxSeconds }: SeenInput): UnitOfWork<void> {
  const idleEnd = sql`${now} + ${whole(idleSeconds * 1000)}`;
  const lastEnd = sql`created_at + ${whole(maxSeconds * 1000)}`;
  yield* rows(sql`
    UPDATE sessions SET seen_at = ${now}, until = ${least}(${idleEnd}, ${lastEnd})
    WHERE hash = ${hash} AND until > ${now} AND ${IS_SEEN_DUE}`);
}

export function* endSession(hash: string): UnitOfWork<void> {
  yield* deleteSessions(sql`hash = ${hash}`);
}

type FoundSession = SessionRow & { readonly is_seen_due: number; readonly has_factors: number };

const proven = mapper(sessionTable, 'csrf_key', 'until', 'authenticated_at', 'signed_in_by', 'credential_issuer');

export function sessionRecord(session: FoundSession, kept: KeptAccount | null): SessionRecord {
  const isSeenDue = session.is_seen_due === 1;
  const hasFactors = session.has_factors === 1;
  return { id: idOf(session), account: session.approver, kept, ...proven(session), hasFactors, isSeenDue };
}
