/**
 * Enrolment links: an account has at most one, and it is spent by one guarded DELETE. What it replaces ends in the commit that writes it:
 * every factor, every session, and whatever else somebody could still have signed in by.
 */
import type { AccountId } from '../../../approval/brand.js';
import type { AuditEntry, EnrolmentLedger, KeptAccount, SignInProof } from '../../../contract/ledger.js';
import { enqueue } from '../deliveries/enqueue.js';
import { resetFactors } from '../factors/second.js';
import { enrolments, type EnrolmentRow } from '../../tables/identity.js';
import type { AccountRow } from '../../tables/accounts.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { voidMailedLinks } from './mailed-links.js';

type ResetInput = Parameters<EnrolmentLedger['resetAccount']>[0];

export function* resetAccount({ account, hash, ttlSeconds, notice }: ResetInput, audit: AuditEntry): UnitOfWork<void> {
  const until = sql`${now} + ${whole(ttlSeconds * 1_000)}`;
  yield* rows(sql`
    ${insertInto(enrolments, { account, hash, until })}
    ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, until = excluded.until`);
  yield* endOtherWays(account);
  yield* resetFactors(account, audit);
  if (notice !== null) yield* enqueue(notice);
}

/**
 * Before the sessions: each statement waits for a sign-in that holds the row of its proof, so that the session that it starts is there
 * to be ended. A sign-in that waits for us sees the enrolment.
 */
function* endOtherWays(account: AccountId): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM sign_in_links WHERE approver = ${account} AND used_at IS NULL`);
  yield* voidMailedLinks(sql`approver = ${account}`);
  yield* rows(sql`DELETE FROM sign_in_states WHERE link_account = ${account}`);
  yield* rows(sql`UPDATE credentials SET last_used_at = last_used_at WHERE account = ${account}`);
}

interface Peeked {
  readonly account: AccountId;
  readonly name: AccountRow['name'];
  readonly state: AccountRow['state'] | null;
}

export function* peekEnrolment(
  hash: string,
): UnitOfWork<{ readonly account: AccountId; readonly kept: KeptAccount | null } | null> {
  const found = yield* row<Peeked>(sql`
    SELECT enrolments.account, accounts.name, accounts.state
    FROM enrolments LEFT JOIN accounts ON accounts.id = enrolments.account
    WHERE hash = ${hash} AND until > ${now}`);
  if (found === null) return null;
  const { account, name, state } = found;
  return { account, kept: state === null ? null : { name, state } };
}

export function* isEnrolmentOver(hash: string): UnitOfWork<boolean> {
  const found = yield* row<Pick<EnrolmentRow, 'account'>>(
    sql`SELECT account FROM enrolments WHERE hash = ${hash} AND until <= ${now}`,
  );
  return found !== null;
}

type EnrolmentProof = Extract<SignInProof, { readonly kind: 'enrolment' }>;

export function* spendEnrolment({ hash }: EnrolmentProof): UnitOfWork<AccountId | null> {
  const spent = yield* row<Pick<EnrolmentRow, 'account'>>(
    sql`DELETE FROM enrolments WHERE hash = ${hash} AND until > ${now} RETURNING account`,
  );
  return spent?.account ?? null;
}

/** Then nothing else signs the account in. */
export function* hasEnrolment(account: AccountId): UnitOfWork<boolean> {
  const found = yield* row<Pick<EnrolmentRow, 'account'>>(
    sql`SELECT account FROM enrolments WHERE account = ${account} AND until > ${now}`,
  );
  return found !== null;
}

export function* dropEnrolment(account: AccountId): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM enrolments WHERE account = ${account}`);
}
