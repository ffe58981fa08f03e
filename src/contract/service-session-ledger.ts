/** Sessions that services hold for people, and the tokens by which they do. All are hashes here; the tokens never reach the ledger. */
import type { AccountId } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';
import type { SessionRecord, SignInProof } from './identity-ledger.js';

/** The access token that comes with it. */
interface NewAccessToken {
  readonly hash: string;
  readonly seconds: number;
}

export type Refreshed =
  | { readonly kind: 'refreshed'; readonly session: SessionRecord }
  /** The refresh token was used before: the session is over, with all that came of it. */
  | { readonly kind: 'reused'; readonly account: AccountId }
  /** No live session of this service. */
  | { readonly kind: 'unknown' };

/** What is known of whoever shows an access token. */
interface Shown {
  readonly session: SessionRecord;
  readonly service: string;
  readonly untilMs: number;
}

export interface ServiceSessionLedger {
  /** Notes that the credential was used and makes the session, in one commit; null as for `startSession`. */
  startServiceSession(input: {
    readonly proof: Extract<SignInProof, { readonly kind: 'credential' }>;
    readonly service: string;
    /** Names the session. Nothing that a browser's cookie holds has this hash. */
    readonly hash: string;
    readonly refreshHash: string;
    readonly access: NewAccessToken;
    /** It ends then, unless it is refreshed before. */
    readonly idleSeconds: number;
  }): Promise<SessionRecord | null>;
  /**
   * One statement either puts the next refresh token in the place of this one and moves the session's end, or, where this is not the
   * current one, ends the session: of all who bring one token at once the first goes on, and the second ends it.
   */
  refreshServiceSession(
    input: {
      readonly hash: string;
      readonly service: string;
      readonly refreshHash: string;
      readonly nextRefreshHash: string;
      readonly access: NewAccessToken;
      readonly idleSeconds: number;
      /** From its beginning. */
      readonly maxSeconds: number;
    },
    /** Of a reuse; nothing else is audited. */
    audit: Omit<AuditEntry, 'who'>,
  ): Promise<Refreshed>;
  /** Changes nothing. Null: no live token of a live session. */
  accessToken(hash: string): Promise<Shown | null>;
}
