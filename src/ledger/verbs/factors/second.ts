/**
 * The second factor of a session: where its account has one, the session may answer a challenge that is named by the session itself.
 * A factor that is added in a session counts as given there.
 */
import type { AccountId } from '../../../approval/brand.js';
import type { SignedInBy } from '../../../approval/signed-in-by.js';
import type { AuditEntry } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { deleteSessions } from '../identity/ended-sessions.js';
import { challenges } from '../../tables/factors.js';
import { insertFrom } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { forgetTries } from './challenges.js';
import { now, sql, text, verbatim, whole, type Sql } from '../../sql.js';

/** `account`: SQL that says whose. */
export function hasFactorsOf(account: Sql): Sql {
  return sql`(EXISTS (SELECT 1 FROM passkeys WHERE passkeys.account = ${account})
    OR EXISTS (SELECT 1 FROM totp WHERE totp.account = ${account} AND totp.confirmed_at IS NOT NULL))`;
}

/** So long after a first factor a second one may be given. */
const ASKED_FOR_MS = 600_000;

/** `hash`: names the session. Whether the account has a factor at all. */
export function* askForSecond(hash: string, account: AccountId): UnitOfWork<boolean> {
  const until = sql`${now} + ${whole(ASKED_FOR_MS)}`;
  const asked = yield* row<{ hash: string }>(sql`
    ${insertFrom(
      challenges,
      { hash, kind: 'second_factor', account, holder: hash, until, tries: 0 },
      sql`WHERE ${hasFactorsOf(text(account))}`,
    )}
    RETURNING hash`);
  return asked !== null;
}

/** `holder`: the hash that names the session. */
export function* countAsGiven(
  holder: string,
  { account, by }: { account: AccountId; by: SignedInBy },
): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE sessions SET signed_in_by = ${by}, authenticated_at = ${now} WHERE hash = ${holder} AND approver = ${account}`);
}

/** Codes stand in for a factor, and go with the last one. The account's row is taken before, so that of two removals one sees none left. */
export function* dropIdleCodes(account: AccountId): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM recovery_codes WHERE account = ${account} AND NOT ${hasFactorsOf(text(account))}`);
}

/** Of what goes, what somebody proved themselves by. */
const FACTORS: ReadonlySet<string> = new Set(['passkeys', 'totp', 'recovery_codes']);

/** Whoever lost all of it begins anew, and whoever has found it has nothing: sessions that it began end, too. */
export function* resetFactors(account: AccountId, audit: AuditEntry): UnitOfWork<void> {
  const gone: string[] = [];
  for (const table of ['passkeys', 'totp', 'recovery_codes', 'totp_steps', 'challenges']) {
    const deleted = yield* rows(sql`DELETE FROM ${verbatim(table)} WHERE account = ${account} RETURNING account`);
    if (FACTORS.has(table) && deleted.length > 0) gone.push(`${table} ${String(deleted.length)}`);
  }
  yield* deleteSessions(sql`approver = ${account}`);
  yield* forgetTries(account);
  const change = { before: gone.length === 0 ? 'none' : gone.join(', '), after: 'none' };
  yield* addAudit({ ...audit, what: 'factors_reset', detail: { ...audit.detail, ...change } }, null);
}
