/**
 * Handing on whoever is signed in to another origin.
 *
 *   begun, at that origin ──a code, at the auth host──▶ has a code ──redeemed, at that origin──▶ gone, and a session is handed out
 *
 * Each step is one guarded statement of the row, so that of all who take it at once one does.
 */
import type { AccountId } from '../../../approval/brand.js';
import type { AttemptLimit, AuditEntry, HandedOut, HandoffLedger } from '../../../contract/ledger.js';
import { takeAttempt } from '../attempts/take-attempt.js';
import { addAudit } from '../audit/add.js';
import { handedOut as handedOutTable, handoffs, type HandoffRow } from '../../tables/handoffs.js';
import { insertFrom, insertInto } from '../../tables/insert.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole, type Sql } from '../../sql.js';
import { findHandedOut, isAlive } from './handed-out.js';

type Begun = Parameters<HandoffLedger['begin']>[0];
type Given = Parameters<HandoffLedger['giveCode']>[0];
type Brought = Parameters<HandoffLedger['redeem']>[0];
type Peeked = Awaited<ReturnType<HandoffLedger['peek']>>;
type Redeemed = Awaited<ReturnType<HandoffLedger['redeem']>>;

export function* begin({ stateHash, ttlSeconds, ...begun }: Begun, asker: AttemptLimit): UnitOfWork<boolean> {
  if (!(yield* takeAttempt(asker))) return false;
  const { origin, challenge, back } = begun;
  yield* rows(insertInto(handoffs, { state_hash: stateHash, origin, challenge, back, until: inSeconds(ttlSeconds) }));
  return true;
}

export function* peek(stateHash: string): UnitOfWork<Peeked> {
  return yield* row<Pick<HandoffRow, 'origin' | 'challenge'>>(sql`
    SELECT origin, challenge FROM handoffs WHERE ${isOpen(stateHash)}`);
}

export function* giveCode({ stateHash, challenge, codeHash, session, ttlSeconds }: Given): UnitOfWork<boolean> {
  const given = yield* row<{ state_hash: string }>(sql`
    UPDATE handoffs SET code_hash = ${codeHash}, session = ${session}, until = ${inSeconds(ttlSeconds)}
    WHERE ${isOpen(stateHash)} AND challenge = ${challenge}
      AND EXISTS (SELECT 1 ${isAlive(sql`${session}`)})
    RETURNING state_hash`);
  return given !== null;
}

function isOpen(stateHash: string): Sql {
  return sql`state_hash = ${stateHash} AND code_hash IS NULL AND handoffs.until > ${now}`;
}

export function* redeem(brought: Brought, audit: AuditEntry): UnitOfWork<Redeemed> {
  const { stateHash, codeHash, origin, challenge, hash, csrfKey, ttlSeconds } = brought;
  const taken = yield* row<Pick<HandoffRow, 'back'> & { readonly session: string }>(sql`
    DELETE FROM handoffs
    WHERE state_hash = ${stateHash} AND code_hash = ${codeHash} AND origin = ${origin} AND challenge = ${challenge}
      AND session IS NOT NULL AND until > ${now}
    RETURNING session, back`);
  if (taken === null) return null;
  const { session, back } = taken;
  const made = yield* row<{ account: AccountId }>(sql`
    ${insertFrom(
      handedOutTable,
      {
        hash,
        origin,
        account: sql`sessions.approver`,
        session,
        csrf_key: csrfKey,
        created_at: now,
        until: inSeconds(ttlSeconds),
      },
      isAlive(sql`${session}`),
    )}
    RETURNING account`);
  if (made === null) return null;
  const found = yield* findHandedOut({ hash, origin });
  if (found === null) return null; // it ended just now
  yield* addAudit({ ...audit, who: made.account }, null);
  return { ...found, back };
}

export function* handedOut(input: Parameters<HandoffLedger['handedOut']>[0]): UnitOfWork<HandedOut | null> {
  return yield* findHandedOut(input);
}

export function* endHandedOut(hash: string, audit?: Omit<AuditEntry, 'who'>): UnitOfWork<AccountId | null> {
  const gone = yield* row<{ account: AccountId; origin: string; is_open: number }>(sql`
    DELETE FROM handed_out WHERE hash = ${hash}
    RETURNING account, origin, CASE WHEN until > ${now} THEN 1 ELSE 0 END AS is_open`);
  if (gone === null || gone.is_open === 0) return null; // over already: nothing ended by this
  yield* announce({ kind: 'handed_out_ended' });
  const { account, origin } = gone;
  if (audit !== undefined) {
    const detail = { ...audit.detail, approver: account, count: 1, origin };
    yield* addAudit({ ...audit, who: account, detail }, null);
  }
  return account;
}

function inSeconds(seconds: number): Sql {
  return sql`${now} + ${whole(seconds * 1_000)}`;
}
