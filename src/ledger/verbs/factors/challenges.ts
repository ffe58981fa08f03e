/** Challenges: each is consumed by one DELETE … RETURNING, in the commit of what it lets happen. */
import type { AccountId } from '../../../approval/brand.js';
import type { AttemptLimit, ChallengeKind, FactorLedger, HeldChallenge } from '../../../contract/ledger.js';
import { takeAttempt, takeAttempts } from '../attempts/take-attempt.js';
import { challenges } from '../../tables/factors.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole, type Sql } from '../../sql.js';

type Challenge = Parameters<FactorLedger['ask']>[0];
type Tried = Parameters<FactorLedger['tryChallenge']>[0];
type Limit = Parameters<FactorLedger['tryChallenge']>[1];

export function* ask(
  { ttlSeconds, ...challenge }: Challenge,
  asker: AttemptLimit,
  wider?: AttemptLimit,
): UnitOfWork<boolean> {
  if (!(yield* takeAttempts(wider === undefined ? [asker] : [asker, wider]))) return false;
  const until = sql`${now} + ${whole(ttlSeconds * 1_000)}`;
  const { hash, kind, account, holder, data } = challenge;
  yield* rows(insertInto(challenges, { hash, kind, account, holder, data, until, tries: 0 }));
  return true;
}

export function* tryChallenge({ maxTries, ...held }: Tried, limit: Limit): UnitOfWork<AccountId | null> {
  const tried = yield* row<{ account: AccountId | null }>(sql`
    UPDATE challenges SET tries = tries + 1 WHERE ${isLive(held)} AND tries < ${whole(maxTries)} RETURNING account`);
  const account = tried?.account ?? null;
  if (account === null || !(yield* takeAttempt({ ...limit, key: triesOf(account) }))) return null;
  return account;
}

/** Whoever gets in is not counted as one who guesses. */
export function* forgetTries(account: AccountId): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM attempt_windows WHERE key = ${triesOf(account)}`);
}

function triesOf(account: AccountId): string {
  return `factor of ${account}`;
}

/** What a challenge must have been asked for, so that its answer counts. */
export interface AskedFor {
  readonly kind: ChallengeKind;
  /** Whose it must be; null: nobody's yet. */
  readonly account: AccountId | null;
  /** Null: nothing more than its kind says. */
  readonly data: string | null;
}

export function* consume(held: HeldChallenge, { kind, account, data }: AskedFor): UnitOfWork<boolean> {
  const isTheirs = account === null ? sql`account IS NULL` : sql`account = ${account}`;
  const isForThis = data === null ? sql`data IS NULL` : sql`data = ${data}`;
  const gone = yield* row<{ hash: string }>(sql`
    DELETE FROM challenges WHERE ${isLive({ ...held, kind })} AND ${isTheirs} AND ${isForThis} RETURNING hash`);
  return gone !== null;
}

function isLive({ hash, holder, kind }: HeldChallenge & { readonly kind: ChallengeKind }): Sql {
  return sql`hash = ${hash} AND holder = ${holder} AND kind = ${kind} AND until > ${now}`;
}
