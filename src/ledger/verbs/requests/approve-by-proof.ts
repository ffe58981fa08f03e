/** Approves by a proof of this moment, which is spent in the same commit: of all uses of one, one approves. */
import type { AccountId } from '../../../approval/brand.js';
import type { ApprovalProof, DecideOutcome, RequestLedger } from '../../../contract/ledger.js';
import { never } from '../../../base/process/never.js';
import type { AskedFor } from '../factors/challenges.js';
import { usePasskey } from '../factors/passkeys.js';
import { hasFactorsOf } from '../factors/second.js';
import { useRecoveryCode, useTotp } from '../factors/totp.js';
import { challenges } from '../../tables/factors.js';
import { insertFrom } from '../../tables/insert.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, text, verbatim, whole } from '../../sql.js';
import { decide, decideBy, whichOf } from './decide.js';

type Input = Parameters<RequestLedger['approveByProof']>[0];
type Proven = Parameters<RequestLedger['approveByProof']>[1];

export function* approveByProof(
  input: Input,
  proven: Proven,
): UnitOfWork<DecideOutcome | { readonly kind: 'unproven' }> {
  if ((yield* spend(proven)) !== null) return yield* decideBy(input, proven.proof.kind);
  const waiting = yield* row<{ id: string }>(sql`
    SELECT id FROM requests WHERE ${whichOf(input.ref)} AND outcome IS NULL AND deadline_at > ${now}`);
  // what is over stays so: nothing is decided by this
  return waiting === null ? yield* decide(input) : { kind: 'unproven' };
}

function* spend({ proof, act, signInGoodForMs }: Proven): UnitOfWork<AccountId | null> {
  const askedFor: AskedFor = { kind: 'approval', account: proof.account, data: act };
  switch (proof.kind) {
    case 'passkey':
      return yield* usePasskey(proof, askedFor);
    case 'totp':
      return yield* useTotp(proof, askedFor);
    case 'recovery_code':
      return yield* useRecoveryCode(proof, askedFor);
    case 'sign_in':
      return yield* useSignIn(proof, signInGoodForMs);
    default:
      return never(proof);
  }
}

type SignIn = Extract<ApprovalProof, { readonly kind: 'sign_in' }>;

/** By a row that can be written once. It is kept as long as the sign-in would count. */
function* useSignIn({ account, session, mark }: SignIn, goodForMs: number): UnitOfWork<AccountId | null> {
  const used = yield* row<{ account: AccountId }>(sql`
    ${insertFrom(
      challenges,
      {
        hash: mark,
        kind: 'sign_in_used',
        account: verbatim('approver'),
        holder: session,
        until: sql`authenticated_at + ${whole(goodForMs)}`,
        tries: 0,
      },
      sql`FROM sessions
        WHERE hash = ${session} AND approver = ${account} AND until > ${now}
          AND authenticated_at > ${now} - ${whole(goodForMs)} AND NOT ${hasFactorsOf(text(account))}`,
    )}
    ON CONFLICT (hash) DO NOTHING RETURNING account`);
  return used?.account ?? null;
}
