/**
 * Ways of signing in, as whoever has them names and removes them. A removal takes the account's row first and is guarded by what is
 * left, so that of two that are each the other's last one is removed.
 */
import type { AccountId } from '../../../approval/brand.js';
import type {
  AccountLedger,
  Credential,
  CredentialKey,
  WayRemoval,
  WayRemoved,
  WaysOpen,
} from '../../../contract/account-ledger.js';
import type { AuditEntry, FactorLedger } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { credentials as credentialTable, type CredentialRow } from '../../tables/accounts.js';
import { mapper } from '../../tables/mapper.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { oneOf, sql, type Sql } from '../../sql.js';
import { dropIdleCodes } from '../factors/second.js';
import { keep } from './accounts.js';
import { endSessions } from './listed-sessions.js';

type CredentialNamed = Parameters<AccountLedger['nameCredential']>[0];
type CredentialRemoval = Parameters<AccountLedger['removeCredential']>[0];
type PasskeyRemoval = Parameters<FactorLedger['removePasskey']>[0];

export function* credentials(account: AccountId): UnitOfWork<readonly Credential[]> {
  const found = yield* rows<CredentialRow>(
    sql`SELECT * FROM credentials WHERE account = ${account} ORDER BY created_at, issuer, subject`,
  );
  return found.map(credentialRecord);
}

const credentialRecord = mapper(
  credentialTable,
  'issuer',
  'subject',
  'provider',
  'email',
  'is_email_verified',
  'name',
  'label',
  'created_at',
  'last_used_at',
);

export function* nameCredential({ label, account, ...key }: CredentialNamed): UnitOfWork<boolean> {
  const named = yield* row<CredentialKey>(sql`
    UPDATE credentials SET label = ${label} WHERE ${isCredential(key)} AND account = ${account} RETURNING issuer`);
  return named !== null;
}

export function* removeCredential(removal: CredentialRemoval, audit: AuditEntry): UnitOfWork<WayRemoved> {
  return yield* remove(removal, audit, {
    table: sql`credentials`,
    one: isCredential(removal),
    others: { credentials: sql`NOT (${isCredential(removal)})`, passkeys: sql`true` },
  });
}

export function* removePasskey(removal: PasskeyRemoval, audit: AuditEntry): UnitOfWork<WayRemoved> {
  const { id } = removal;
  return yield* remove(removal, audit, {
    table: sql`passkeys`,
    one: sql`id = ${id}`,
    others: { credentials: sql`true`, passkeys: sql`id <> ${id}` },
  });
}

/** Which row goes, and which rows would be left. */
interface Removing {
  readonly table: Sql;
  readonly one: Sql;
  readonly others: Others;
}

interface Others {
  readonly credentials: Sql;
  readonly passkeys: Sql;
}

function* remove(
  { account, open, keeping }: WayRemoval,
  audit: AuditEntry,
  { table, one, others }: Removing,
): UnitOfWork<WayRemoved> {
  yield* keep(account, null);
  const theirs = sql`${one} AND account = ${account}`;
  const gone = yield* row<{ account: AccountId }>(sql`
    DELETE FROM ${table} WHERE ${theirs} AND ${isAnotherOpen(account, open, others)} RETURNING account`);
  if (gone === null) {
    const there = yield* row<{ account: AccountId }>(sql`SELECT account FROM ${table} WHERE ${theirs}`);
    return { kind: there === null ? 'unknown' : 'last' };
  }
  yield* dropIdleCodes(account);
  yield* rows(sql`DELETE FROM sign_in_states WHERE link_account = ${account}`);
  yield* addAudit(audit, null);
  yield* announce({ kind: 'handed_out_ended' }); // the session that stays may have been begun by it
  const otherSessions = { by: 'approver', approver: account, but: keeping } as const;
  const ended = yield* endSessions(otherSessions, { ...audit, what: 'sessions_ended', detail: {} });
  return { kind: 'removed', ended: ended.length };
}

function isAnotherOpen(account: AccountId, { byMail, byPasskey, providers }: WaysOpen, others: Others): Sql {
  if (byMail) return sql`true`;
  const credential = sql`EXISTS (
    SELECT 1 FROM credentials
    WHERE account = ${account} AND provider ${oneOf(providers, 'text')} AND ${others.credentials})`;
  if (!byPasskey) return credential;
  return sql`(${credential} OR EXISTS (SELECT 1 FROM passkeys WHERE account = ${account} AND ${others.passkeys}))`;
}

function isCredential({ issuer, subject }: CredentialKey): Sql {
  return sql`issuer = ${issuer} AND subject = ${subject}`;
}
