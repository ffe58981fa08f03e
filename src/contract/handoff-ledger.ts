/** Handing on whoever is signed in to another origin of ours: a protected host, or the admin plane. */
import type { AccountId } from '../approval/brand.js';
import type { SignedInBy } from '../approval/signed-in-by.js';
import type { KeptAccount, CredentialFacts, CredentialKey } from './account-ledger.js';
import type { AttemptLimit } from './attempt-limit.js';
import type { AuditEntry } from './audit-ledger.js';

/** Hashes are SHA-256 in hex; what they are of never reaches the ledger. `origin`: `https://stg.example.org`, as a browser writes it. */
export interface HandoffLedger {
  /** The first step, at the origin that asks. False: too much was asked from there, and nothing was written. */
  begin(
    begun: {
      readonly stateHash: string;
      readonly origin: string;
      /** SHA-256 of what the asking browser holds at that origin. */
      readonly challenge: string;
      /** Local path there. */
      readonly back: string;
      readonly ttlSeconds: number;
    },
    asker: AttemptLimit,
  ): Promise<boolean>;
  /** Changes nothing. Null: unknown, over, or it has a code already. */
  peek(stateHash: string): Promise<{ readonly origin: string; readonly challenge: string } | null>;
  /** The second step, at the auth host. False: as `peek` says null, or another challenge, or no such session. */
  giveCode(given: {
    readonly stateHash: string;
    readonly challenge: string;
    readonly codeHash: string;
    /** Hash of the auth host's session that is handed on. */
    readonly session: string;
    readonly ttlSeconds: number;
  }): Promise<boolean>;
  /**
   * The third: takes state and code away in one DELETE and writes the session that is handed out, in one commit. Null:
   * not all of them belong together, one is over, or the session that was handed on is.
   */
  redeem(
    brought: {
      readonly stateHash: string;
      readonly codeHash: string;
      readonly origin: string;
      readonly challenge: string;
      /** Of what the cookie will hold there. */
      readonly hash: string;
      readonly csrfKey: string;
      readonly ttlSeconds: number;
    },
    audit: AuditEntry,
  ): Promise<(HandedOut & { readonly back: string }) | null>;
  /** Null: unknown, over, of another origin, or what it was handed out of is over. Changes nothing. */
  handedOut(input: { readonly hash: string; readonly origin: string }): Promise<HandedOut | null>;
  /** `audit`: where somebody signs out there; what ends by the gate's own doing is not told. Whose it was, null: nobody's, or over already. */
  endHandedOut(hash: string, audit?: Omit<AuditEntry, 'who'>): Promise<AccountId | null>;
}

/** A session at another origin. It ends with the one it was handed out of, and by itself at `untilMs`. */
export interface HandedOut {
  readonly account: AccountId;
  readonly kept: KeptAccount | null;
  readonly csrfKey: string;
  readonly untilMs: number;
  readonly authenticatedAtMs: number | null;
  readonly signedInBy: SignedInBy | null;
  readonly hasFactors: boolean;
  /** What they signed in by at a provider, where it was that in this session. */
  readonly credential: (CredentialKey & CredentialFacts) | null;
}
