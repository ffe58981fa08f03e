/** Authenticator apps and recovery codes: a step counts once by its unique row, a code by one guarded UPDATE. */
import type { AccountId } from '../../../approval/brand.js';
import type { AuditEntry, FactorLedger, FactorsOf, SignInProof, TotpRecord } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { recoveryCodes, totp as totpTable, totpSteps, type TotpRow } from '../../tables/factors.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { consume, forgetTries, type AskedFor } from './challenges.js';
import { keep } from '../identity/accounts.js';
import { countAsGiven, dropIdleCodes } from './second.js';

type Begun = Parameters<FactorLedger['beginTotp']>[0];
type Confirmed = Parameters<FactorLedger['confirmTotp']>[0];
type Renewed = Parameters<FactorLedger['renewRecoveryCodes']>[0];
type Known = Parameters<FactorLedger['knowsRecoveryCode']>[0];
type TotpProof = Extract<SignInProof, { readonly kind: 'totp' }>;
type CodeProof = Extract<SignInProof, { readonly kind: 'recovery_code' }>;

/** So far back no clock is believed: five minutes. */
const KEPT_STEPS = 10;

export function* factorsOf(account: AccountId): UnitOfWork<FactorsOf> {
  const found = yield* row<{ passkeys: number; apps: number; codes: number }>(sql`
    SELECT
      (SELECT count(*) FROM passkeys WHERE account = ${account}) AS passkeys,
      (SELECT count(*) FROM totp WHERE account = ${account} AND confirmed_at IS NOT NULL) AS apps,
      (SELECT count(*) FROM recovery_codes WHERE account = ${account} AND used_at IS NULL) AS codes`);
  const { passkeys = 0, apps = 0, codes = 0 } = found ?? {};
  return { passkeys, hasTotp: apps > 0, recoveryCodes: codes };
}

export function* totp(account: AccountId): UnitOfWork<TotpRecord | null> {
  const found = yield* row<TotpRow>(sql`SELECT * FROM totp WHERE account = ${account}`);
  return found === null ? null : { sealed: found.sealed, isConfirmed: found.confirmed_at !== null };
}

export function* beginTotp({ account, sealed }: Begun): UnitOfWork<boolean> {
  const begun = yield* row<{ account: AccountId }>(sql`
    ${insertInto(totpTable, { account, sealed })}
    ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed WHERE totp.confirmed_at IS NULL
    RETURNING account`);
  return begun !== null;
}

export function* confirmTotp({ account, sealed, step, session }: Confirmed, audit: AuditEntry): UnitOfWork<boolean> {
  const confirmed = yield* row<{ account: AccountId }>(sql`
    UPDATE totp SET confirmed_at = ${now}
    WHERE account = ${account} AND sealed = ${sealed} AND confirmed_at IS NULL RETURNING account`);
  if (confirmed === null) return false;
  yield* takeStep(account, step);
  yield* countAsGiven(session, { account, by: 'totp' });
  yield* addAudit(audit, null);
  return true;
}

export function* removeTotp(account: AccountId, audit: AuditEntry): UnitOfWork<boolean> {
  yield* keep(account, null);
  const gone = yield* row<{ account: AccountId }>(sql`DELETE FROM totp WHERE account = ${account} RETURNING account`);
  if (gone === null) return false;
  yield* dropIdleCodes(account);
  yield* addAudit(audit, null);
  return true;
}

/** What is asked of whoever signed in by one factor. */
function asSecond(account: AccountId): AskedFor {
  return { kind: 'second_factor', account, data: null };
}

export function* useTotp(
  { challenge, account, step }: TotpProof,
  askedFor = asSecond(account),
): UnitOfWork<AccountId | null> {
  if (!(yield* takeStep(account, step))) return null;
  if (!(yield* consume(challenge, askedFor))) return null;
  yield* forgetTries(account);
  return account;
}

function* takeStep(account: AccountId, step: number): UnitOfWork<boolean> {
  const taken = yield* row<{ step: number }>(sql`
    ${insertInto(totpSteps, { account, step })} ON CONFLICT (account, step) DO NOTHING RETURNING step`);
  yield* rows(sql`DELETE FROM totp_steps WHERE account = ${account} AND step < ${whole(step - KEPT_STEPS)}`);
  return taken !== null;
}

export function* renewRecoveryCodes({ account, hashes }: Renewed, audit: AuditEntry): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM recovery_codes WHERE account = ${account}`);
  for (const hash of hashes) yield* rows(insertInto(recoveryCodes, { hash, account }));
  yield* addAudit({ ...audit, detail: { ...audit.detail, count: hashes.length } }, null);
}

export function* knowsRecoveryCode({ account, hash }: Known): UnitOfWork<boolean> {
  const known = yield* row<{ hash: string }>(
    sql`SELECT hash FROM recovery_codes WHERE hash = ${hash} AND account = ${account} AND used_at IS NULL`,
  );
  return known !== null;
}

export function* useRecoveryCode(
  { challenge, account, hash }: CodeProof,
  askedFor = asSecond(account),
): UnitOfWork<AccountId | null> {
  const used = yield* row<{ account: AccountId }>(sql`
    UPDATE recovery_codes SET used_at = ${now}
    WHERE hash = ${hash} AND account = ${account} AND used_at IS NULL RETURNING account`);
  if (used === null || !(yield* consume(challenge, askedFor))) return null;
  yield* forgetTries(account);
  return account;
}
