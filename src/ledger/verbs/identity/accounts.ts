/**
 * Accounts, and sign-ins at providers. A begun sign-in is taken by one DELETE; (issuer, subject) is unique, so that of all who
 * bring a new credential at once one makes its account.
 */
import type { AccountId } from '../../../approval/brand.js';
import type {
  AccountLedger,
  AccountState,
  CredentialAdded,
  CredentialKey,
  ListedAccount,
} from '../../../contract/account-ledger.js';
import type { AuditEntry, SignInProof } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { takeAttempt } from '../attempts/take-attempt.js';
import { deleteSessions } from './ended-sessions.js';
import { voidMailedLinks } from './mailed-links.js';
import { accounts, credentials, signInStates, type AccountRow, type SignInStateRow } from '../../tables/accounts.js';
import { insertFrom, insertInto } from '../../tables/insert.js';
import { now, oneOf, sql, whole } from '../../sql.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';

type ListInput = Parameters<AccountLedger['keptAccounts']>[0];
type BeginInput = Parameters<AccountLedger['beginSignIn']>[0];
type TakeInput = Parameters<AccountLedger['takeSignIn']>[0];
type AddInput = Parameters<AccountLedger['addCredential']>[0];
type StateInput = Parameters<AccountLedger['setAccountState']>[0];

export function* keptAccounts({ account, limit }: ListInput): UnitOfWork<readonly ListedAccount[]> {
  const wanted = account === null ? sql`true` : sql`id = ${account}`;
  const kept = yield* rows<AccountRow>(sql`SELECT * FROM accounts WHERE ${wanted} ORDER BY id LIMIT ${whole(limit)}`);
  const ids = kept.map(({ id }) => id);
  const known = yield* rows<{ account: AccountId; provider: string }>(sql`
    SELECT DISTINCT account, provider FROM credentials WHERE account ${oneOf(ids, 'text')} ORDER BY provider`);
  const providersOf = (id: AccountId): readonly string[] =>
    known.flatMap((one) => (one.account === id ? [one.provider] : []));
  return kept.map(({ id, name, state }) => ({ id, name, state, providers: providersOf(id) }));
}

export function* beginSignIn({ asker, ttlSeconds, linkTo, ...begun }: BeginInput): UnitOfWork<boolean> {
  if (!(yield* takeAttempt(asker))) return false;
  const { hash, provider, browser, next } = begun;
  const until = sql`${now} + ${whole(ttlSeconds * 1_000)}`;
  yield* rows(insertInto(signInStates, { hash, provider, browser, next, link_account: linkTo, until }));
  return true;
}

type Taken = Awaited<ReturnType<AccountLedger['takeSignIn']>>;

export function* takeSignIn({ hash, provider, browser }: TakeInput): UnitOfWork<Taken> {
  const taken = yield* row<SignInStateRow>(sql`
    DELETE FROM sign_in_states
    WHERE hash = ${hash} AND provider = ${provider} AND browser = ${browser} AND until > ${now} RETURNING *`);
  return taken === null ? null : { next: taken.next, linkTo: taken.link_account };
}

interface Owner {
  readonly account: AccountId;
  readonly state: AccountState;
}

export function* findCredential({ issuer, subject }: CredentialKey): UnitOfWork<Owner | null> {
  return yield* row<Owner>(sql`
    SELECT account, state FROM credentials JOIN accounts ON accounts.id = credentials.account
    WHERE issuer = ${issuer} AND subject = ${subject}`);
}

export function* accountsAt(mailbox: string): UnitOfWork<readonly AccountId[]> {
  const found = yield* rows<{ account: AccountId }>(sql`
    SELECT DISTINCT account FROM credentials WHERE email = ${mailbox} AND is_email_verified = 1 ORDER BY account`);
  return found.map(({ account }) => account);
}

export function* addCredential(input: AddInput, audit: AuditEntry): UnitOfWork<CredentialAdded> {
  const { to } = input;
  // takes the account's row first, so that of two that would each be its first one is
  if (to.kind === 'existing' && (yield* keep(to.account, null)) === 'disabled') return { kind: 'disabled' };
  if (!(yield* isInserted(input))) {
    const owner = yield* findCredential(input);
    return owner === null ? { kind: 'not_first' } : { kind: 'taken', by: owner.account };
  }
  if (to.kind === 'new') yield* keep(to.account, to.name);
  else yield* endWhatWasBegun(to.account);
  yield* addAudit(audit, null);
  return { kind: 'added' };
}

/** Makes the account's row unless it is there, and holds it until the commit. */
export function* keep(account: AccountId, name: string | null): UnitOfWork<AccountState> {
  const kept = yield* row<{ state: AccountState }>(sql`
    ${insertInto(accounts, { id: account, name, state: 'active', created_at: now })}
    ON CONFLICT (id) DO UPDATE SET state = accounts.state RETURNING state`);
  return kept?.state ?? 'active';
}

function* isInserted({ to, issuer, subject, provider, email, isEmailVerified, name }: AddInput): UnitOfWork<boolean> {
  const { account } = to;
  const is_email_verified = isEmailVerified ? 1 : 0;
  const times = { created_at: now, last_used_at: now };
  const credential = { issuer, subject, provider, account, email, is_email_verified, name, ...times };
  const where =
    to.kind === 'existing' && to.asFirst
      ? sql`WHERE NOT EXISTS (SELECT 1 FROM credentials WHERE account = ${account})
          AND NOT EXISTS (SELECT 1 FROM passkeys WHERE account = ${account})`
      : sql`WHERE true`;
  const added = yield* row<{ account: AccountId }>(sql`
    ${insertFrom(credentials, credential, where)} ON CONFLICT (issuer, subject) DO NOTHING RETURNING account`);
  return added !== null;
}

/** Whoever had got in before the account's owner proved themselves is out, and cannot come back by a link that they began. */
function* endWhatWasBegun(account: AccountId): UnitOfWork<void> {
  yield* deleteSessions(sql`approver = ${account}`);
  yield* rows(sql`DELETE FROM sign_in_states WHERE link_account = ${account}`);
  yield* voidMailedLinks(sql`approver = ${account}`);
}

export function* setAccountState({ account, state }: StateInput, audit: AuditEntry): UnitOfWork<void> {
  yield* keep(account, null);
  const was = yield* row<{ state: AccountState }>(sql`SELECT state FROM accounts WHERE id = ${account}`);
  yield* rows(sql`UPDATE accounts SET state = ${state} WHERE id = ${account}`);
  if (state === 'disabled') yield* announce({ kind: 'handed_out_ended' });
  yield* addAudit({ ...audit, detail: { ...audit.detail, before: was?.state ?? null, after: state } }, null);
}

type CredentialProof = Extract<SignInProof, { readonly kind: 'credential' }>;

/** What the provider said of them this time is kept. */
export function* useCredential({ issuer, subject, facts }: CredentialProof): UnitOfWork<AccountId | null> {
  const { provider, email, isEmailVerified, name } = facts;
  const used = yield* row<{ account: AccountId }>(sql`
    UPDATE credentials SET last_used_at = ${now}, provider = ${provider}, email = ${email},
      is_email_verified = ${whole(isEmailVerified ? 1 : 0)}, name = ${name}
    WHERE issuer = ${issuer} AND subject = ${subject} RETURNING account`);
  return used?.account ?? null;
}
