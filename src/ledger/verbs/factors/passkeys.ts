/** Passkeys. A use is one guarded UPDATE of the counter, so that of two devices with one key the one that is behind is refused. */
import type { AccountId } from '../../../approval/brand.js';
import type {
  AuditEntry,
  FactorLedger,
  HeldChallenge,
  NewPasskey,
  Passkey,
  SignInProof,
} from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { AccountRow } from '../../tables/accounts.js';
import { passkeys as passkeyTable, type PasskeyRow } from '../../tables/factors.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { consume, type AskedFor } from './challenges.js';
import { countAsGiven } from './second.js';

type Named = Parameters<FactorLedger['namePasskey']>[0];
type Found = Awaited<ReturnType<FactorLedger['passkey']>>;

export function* passkeys(account: AccountId): UnitOfWork<readonly Passkey[]> {
  const found = yield* rows<PasskeyRow>(sql`SELECT * FROM passkeys WHERE account = ${account} ORDER BY created_at, id`);
  return found.map(passkeyRecord);
}

export function* passkey(id: string): UnitOfWork<Found> {
  const found = yield* row<PasskeyRow & Kept>(sql`
    SELECT passkeys.*, accounts.name AS account_name, accounts.state AS account_state
    FROM passkeys LEFT JOIN accounts ON accounts.id = passkeys.account
    WHERE passkeys.id = ${id}`);
  if (found === null) return null;
  const { account_name: name, account_state: state } = found;
  return { ...passkeyRecord(found), kept: state === null ? null : { name, state } };
}

interface Kept {
  readonly account_name: AccountRow['name'];
  readonly account_state: AccountRow['state'] | null;
}

export function* addPasskey(
  { id, account, publicKey, counter, transports, name }: NewPasskey,
  challenge: HeldChallenge,
  audit: AuditEntry,
): UnitOfWork<'added' | 'spent' | 'known_already'> {
  if (!(yield* consume(challenge, { kind: 'passkey_add', account, data: null }))) return 'spent';
  const added = yield* row<{ id: string }>(sql`
    ${insertInto(passkeyTable, {
      id,
      account,
      public_key: publicKey,
      counter,
      transports: transports.join(' '),
      name,
      created_at: now,
    })}
    ON CONFLICT (id) DO NOTHING RETURNING id`);
  if (added === null) return 'known_already';
  yield* countAsGiven(challenge.holder, { account, by: 'passkey' });
  yield* addAudit(audit, null);
  return 'added';
}

export function* namePasskey({ id, account, name }: Named): UnitOfWork<boolean> {
  const named = yield* row<{ id: string }>(
    sql`UPDATE passkeys SET name = ${name} WHERE id = ${id} AND account = ${account} RETURNING id`,
  );
  return named !== null;
}

type PasskeyProof = Extract<SignInProof, { readonly kind: 'passkey' }>;

/** To sign in by one nobody has to be known yet. */
const TO_SIGN_IN: AskedFor = { kind: 'passkey_sign_in', account: null, data: null };

/** The challenge is gone, whatever the counter says. A counter that stays 0 is of a passkey that counts nothing. */
export function* usePasskey(
  { challenge, id, account, counter }: PasskeyProof,
  askedFor = TO_SIGN_IN,
): UnitOfWork<AccountId | null> {
  if (!(yield* consume(challenge, askedFor))) return null;
  const used = yield* row<{ account: AccountId }>(sql`
    UPDATE passkeys SET counter = ${whole(counter)}, last_used_at = ${now}
    WHERE id = ${id} AND account = ${account}
      AND (counter < ${whole(counter)} OR (counter = 0 AND ${whole(counter)} = 0))
    RETURNING account`);
  return used?.account ?? null;
}

const named = mapper(passkeyTable, 'id', 'account', 'public_key', 'name', 'created_at', 'last_used_at');

function passkeyRecord(found: PasskeyRow): Passkey {
  const transports = found.transports === '' ? [] : found.transports.split(' ');
  return { ...named(found), counter: found.counter, transports };
}
