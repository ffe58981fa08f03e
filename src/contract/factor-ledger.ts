/** Factors of an account: passkeys, an authenticator app, recovery codes; and the challenges they answer. */
import type { AccountId } from '../approval/brand.js';
import type { KeptAccount, WayRemoval, WayRemoved } from './account-ledger.js';
import type { AuditEntry } from './audit-ledger.js';
import type { AttemptLimit } from './attempt-limit.js';
import type { HeldChallenge } from './identity-ledger.js';

/** What a challenge is for: it answers nothing else. */
export type ChallengeKind = 'passkey_sign_in' | 'passkey_add' | 'second_factor' | 'approval' | 'sign_in_used';

export interface NewPasskey {
  /** The credential's id and its public key, base64url. */
  readonly id: string;
  readonly account: AccountId;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
}

export interface Passkey extends NewPasskey {
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

/** An authenticator app. Not confirmed, it proves nothing yet. */
export interface TotpRecord {
  readonly sealed: string;
  readonly isConfirmed: boolean;
}

/** What an account can prove itself by, beside what it signs in with. */
export interface FactorsOf {
  readonly passkeys: number;
  readonly hasTotp: boolean;
  /** Those that are not used yet. */
  readonly recoveryCodes: number;
}

export interface FactorLedger {
  /**
   * False: too much was asked from there, and no challenge was written. `wider` is taken after `asker`: what that refuses is not counted
   * by it.
   */
  ask(
    challenge: HeldChallenge & {
      readonly kind: ChallengeKind;
      /** Null: whoever answers says who they are. */
      readonly account: AccountId | null;
      readonly data: string | null;
      readonly ttlSeconds: number;
    },
    asker: AttemptLimit,
    wider?: AttemptLimit,
  ): Promise<boolean>;
  /**
   * Counts one try at a challenge of an account, whatever comes of it, and answers whose it is. Null: it is over, or of another
   * browser, or too much was tried, here or in the account's `limit`.
   */
  tryChallenge(
    challenge: HeldChallenge & { readonly kind: ChallengeKind; readonly maxTries: number },
    limit: Omit<AttemptLimit, 'key'>,
  ): Promise<AccountId | null>;
  of(account: AccountId): Promise<FactorsOf>;

  /** Oldest first. */
  passkeys(account: AccountId): Promise<readonly Passkey[]>;
  /** `kept`: what is kept of the account whose it is. */
  passkey(id: string): Promise<(Passkey & { readonly kept: KeptAccount | null }) | null>;
  /**
   * Spends the challenge of kind `passkey_add` that is the account's, and writes the passkey, in one commit. In the session that
   * holds the challenge it counts as given.
   */
  addPasskey(
    passkey: NewPasskey,
    challenge: HeldChallenge,
    audit: AuditEntry,
  ): Promise<'added' | 'spent' | 'known_already'>;
  /** False: the account has none of this id. */
  namePasskey(passkey: { readonly id: string; readonly account: AccountId; readonly name: string }): Promise<boolean>;
  /** As `AccountLedger.removeCredential`; with its recovery codes where nothing else is left that they could stand in for. */
  removePasskey(passkey: WayRemoval & { readonly id: string }, audit: AuditEntry): Promise<WayRemoved>;

  totp(account: AccountId): Promise<TotpRecord | null>;
  /** In place of one that is not confirmed. False: one is. */
  beginTotp(begun: { readonly account: AccountId; readonly sealed: string }): Promise<boolean>;
  /** By the number of a step, which counts as used. False: another one was begun since, or it is confirmed already. */
  confirmTotp(
    confirmed: {
      readonly account: AccountId;
      readonly sealed: string;
      readonly step: number;
      /** Hash that names the session in which it is: the factor counts as given there. */
      readonly session: string;
    },
    audit: AuditEntry,
  ): Promise<boolean>;
  /** With its recovery codes where nothing else is left that they could stand in for. False: there is none. */
  removeTotp(account: AccountId, audit: AuditEntry): Promise<boolean>;

  /** Whether it would still be accepted; changes nothing. */
  knowsRecoveryCode(code: { readonly account: AccountId; readonly hash: string }): Promise<boolean>;
  /** In place of all that the account had. */
  renewRecoveryCodes(
    renewed: { readonly account: AccountId; readonly hashes: readonly string[] },
    audit: AuditEntry,
  ): Promise<void>;
}
