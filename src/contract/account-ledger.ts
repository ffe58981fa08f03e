/** Accounts, the credentials that people have at providers, and sign-ins that were begun there. */
import type { AccountId } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';
import type { AttemptLimit } from './attempt-limit.js';

export type AccountState = 'active' | 'disabled';

/** What is kept of an account. */
export interface KeptAccount {
  /** Null: an approver's, which is nobody's without sites.toml. */
  readonly name: string | null;
  readonly state: AccountState;
}

/** Who somebody is at a provider. The pair names a person, and nothing else does: e-mail addresses change hands. */
export interface CredentialKey {
  readonly issuer: string;
  readonly subject: string;
}

/** What the provider says of them besides. */
export interface CredentialFacts {
  readonly provider: string;
  /** In the form of `sameMailbox`. */
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
}

/** Where a credential goes: to an account of its own, or to one that is there. */
export type CredentialFor =
  | { readonly kind: 'new'; readonly account: AccountId; readonly name: string }
  /** `asFirst`: only while the account has no other, and no passkey. Its sessions, its other begun links and the links that were mailed to it end in the same commit. */
  | { readonly kind: 'existing'; readonly account: AccountId; readonly asFirst: boolean };

export type CredentialAdded =
  | { readonly kind: 'added' }
  /** Somebody has it: perhaps this very account. */
  | { readonly kind: 'taken'; readonly by: AccountId }
  | { readonly kind: 'not_first' }
  | { readonly kind: 'disabled' };

/** A credential as its owner sees it. */
export interface Credential extends CredentialKey, CredentialFacts {
  /** What they call it themselves. */
  readonly label: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
}

/** By what an account gets in now, apart from an operator's link. What it has for a way that is not open is of no use to it. */
export interface WaysOpen {
  /** Links are mailed to it. */
  readonly byMail: boolean;
  readonly byPasskey: boolean;
  /** Names of the providers. */
  readonly providers: readonly string[];
}

/** Somebody who is signed in and removes a way of their own. */
export interface WayRemoval {
  readonly account: AccountId;
  readonly open: WaysOpen;
  /** The session that stays; as in `SessionLine`. */
  readonly keeping: string;
}

export type WayRemoved =
  /** `ended`: how many other sessions of the account ended with it. */
  | { readonly kind: 'removed'; readonly ended: number }
  /** No other way is open. Nothing was written. */
  | { readonly kind: 'last' }
  /** The account has none such. */
  | { readonly kind: 'unknown' };

/** An account that is kept beside sites.toml, as operators see it. */
export interface ListedAccount extends KeptAccount {
  readonly id: AccountId;
  /** Where they have credentials. */
  readonly providers: readonly string[];
}

export interface AccountLedger {
  /** By id, at most `limit`; `account` null: all. */
  keptAccounts(input: {
    readonly account: AccountId | null;
    readonly limit: number;
  }): Promise<readonly ListedAccount[]>;
  /** False: too many were begun from there, and nothing was written. `hash` and `browser` are hashes. */
  beginSignIn(input: {
    readonly asker: AttemptLimit;
    readonly hash: string;
    readonly provider: string;
    readonly browser: string;
    readonly next: string | null;
    readonly linkTo: AccountId | null;
    readonly ttlSeconds: number;
  }): Promise<boolean>;
  /** Takes it away: of all who bring it, one gets it. Null: unknown, taken, too old, of another provider or another browser. */
  takeSignIn(input: {
    readonly hash: string;
    readonly provider: string;
    readonly browser: string;
  }): Promise<{ readonly next: string | null; readonly linkTo: AccountId | null } | null>;
  /** Whose credential this is; null: nobody's. */
  credential(key: CredentialKey): Promise<{ readonly account: AccountId; readonly state: AccountState } | null>;
  /** Whose verified address this is at some provider. */
  accountsAt(mailbox: string): Promise<readonly AccountId[]>;
  addCredential(
    input: CredentialKey & CredentialFacts & { readonly to: CredentialFor },
    audit: AuditEntry,
  ): Promise<CredentialAdded>;
  /** Of this account, oldest first. */
  credentials(account: AccountId): Promise<readonly Credential[]>;
  /** `label` null: by no name of its own any more. False: the account has no such credential. */
  nameCredential(
    input: CredentialKey & { readonly account: AccountId; readonly label: string | null },
  ): Promise<boolean>;
  /**
   * While another way is open: of all that are removed at once, one stays. With it go the account's other sessions, and links to it
   * and to be linked that were begun.
   */
  removeCredential(input: CredentialKey & WayRemoval, audit: AuditEntry): Promise<WayRemoved>;
  /** A disabled account has no session from then on. An approver's needs no row before. */
  setAccountState(
    input: { readonly account: AccountId; readonly state: AccountState },
    audit: AuditEntry,
  ): Promise<void>;
}
