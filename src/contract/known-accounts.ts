/** Accounts as the admin plane offers them to operators. JSON both ways, as in src/contract/admin.ts. */
import type { AccountState } from './account-ledger.js';

/** An account, of sites.toml or kept beside it. */
export interface AccountLine {
  readonly id: string;
  readonly name: string;
  readonly isApprover: boolean;
  readonly isOperator: boolean;
  readonly state: AccountState;
  /** Where a link to sign in by is mailed to them; null: nowhere. */
  readonly mailbox: string | null;
  /** Where else they sign in. */
  readonly providers: readonly string[];
  /** How many live, of the newest 1,000. */
  readonly sessions: number;
}

/** `GET /v1/accounts`, or `?account=<id>` for one: 404 where there is none. */
interface AccountList {
  readonly accounts: readonly AccountLine[];
}

/** `POST /v1/accounts/state` takes this, and answers an `AccountList` of that one, or 404. */
export interface AccountStatePost {
  readonly account: string;
  readonly state: AccountState;
  readonly operator: string;
}

/** `POST /v1/accounts/reset-factors` takes this and answers an `EnrolmentAnswer`, or 404. */
export interface ResetFactorsPost {
  readonly account: string;
  readonly operator: string;
}

/** The link is told this once and kept nowhere. */
interface EnrolmentAnswer {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** Where the person is told of it; null: no mail reaches them. */
  readonly mailedTo: string | null;
}

export interface KnownAccounts {
  list(account: string | null): Promise<AccountList>;
  /** Null: there is no such account. Disabled, it has no session from then on. */
  setState(post: AccountStatePost): Promise<AccountLine | null>;
  /** Null: there is no such account. All its factors and sessions are gone then, and the link is the only way in. */
  resetFactors(post: ResetFactorsPost): Promise<EnrolmentAnswer | null>;
}
