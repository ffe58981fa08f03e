/** Sessions and sign-in links. */
import type { ApproverId } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';

export interface SessionRecord {
  readonly approver: ApproverId;
  readonly csrfKey: string;
  readonly untilMs: number;
}

export interface IdentityLedger {
  /** Hashes are SHA-256 in hex; the secrets themselves never reach the ledger. */
  addSignInLink(
    wish: { readonly hash: string; readonly approver: ApproverId; readonly ttlSeconds: number },
    audit: AuditEntry,
  ): Promise<void>;
  /** Whether the link would still be accepted; changes nothing. */
  peekSignInLink(hash: string): Promise<ApproverId | null>;
  /** Consumes the link and makes the session in one commit; null when the link is unknown, used or too old. */
  signIn(wish: {
    readonly linkHash: string;
    readonly sessionHash: string;
    readonly csrfKey: string;
    readonly ttlSeconds: number;
  }): Promise<SessionRecord | null>;
  session(hash: string): Promise<SessionRecord | null>;
  endSession(hash: string): Promise<void>;
}
