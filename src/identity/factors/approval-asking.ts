/** What every question to an approver for a proof of one approval has in common. */
import { PROOF_GOOD_FOR_SECONDS } from '../../approval/approval-proof.js';
import type { AccountId } from '../../approval/brand.js';
import type { AttemptLimit, FactorLedger } from '../../contract/ledger.js';

/** Each look at such a request's proof page asks, and each press of its button. */
const MAX_ASKED_AN_HOUR = 300;

type Asked = Parameters<FactorLedger['ask']>[0];

export function approvalAskedOf(account: AccountId, act: string): Omit<Asked, 'hash' | 'holder'> {
  return { kind: 'approval', account, data: act, ttlSeconds: PROOF_GOOD_FOR_SECONDS };
}

export function askingLimit(account: AccountId): AttemptLimit {
  return { key: `proof asked of ${account}`, max: MAX_ASKED_AN_HOUR, windowSeconds: 3_600 };
}
