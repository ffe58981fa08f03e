/** Who is signed in at an origin of ours that is not the auth host, by the cookie that a browser brings there. */
import type { AccountId, ApproverId } from '../approval/brand.js';
import type { SignedInBy } from '../approval/signed-in-by.js';
import type { CredentialFacts, CredentialKey } from './account-ledger.js';

interface Brought {
  /** `https://stg.example.org`. */
  readonly origin: string;
  /** The `Cookie` header. */
  readonly cookies: string;
}

export interface HandedOutHere {
  /** The hash of what the cookie of who is signed in holds; null: it is not there, or cannot be one. Asks nobody. */
  presented(at: Brought): string | null;
  /** Null: nobody, or nobody any more. Changes nothing. Rejects with `LedgerUnavailable` when the database cannot answer. */
  find(at: Brought): Promise<SignedInHere | null>;
}

export interface SignedInHere {
  readonly account: {
    readonly id: AccountId;
    readonly name: string;
    /** Null: no approver. */
    readonly approver: ApproverId | null;
    readonly isOperator: boolean;
  };
  /** Null: nothing. Else they are to give, or to set up, a second factor first, and are nobody until then. */
  readonly lacks: string | null;
  readonly signedInBy: SignedInBy | null;
  /** What this session was started by; null: by no provider. */
  readonly credential: (CredentialKey & CredentialFacts) | null;
  readonly untilMs: number;
}
