/** Sessions and sign-in links. */
import type { ApproverId } from '../approval/brand.js';
import type { ChatUser } from '../approval/request.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Repeated, ReplayKey } from './replay.js';

export interface SessionRecord {
  readonly approver: ApproverId;
  readonly csrfKey: string;
  readonly untilMs: number;
}

export type ChatAccount = Pick<ChatUser, 'channel' | 'workspace' | 'subject'>;

/** A chat account that speaks for an approver by `/gate link`; one that speaks for several is there once for each. */
export interface BoundAccount extends ChatAccount {
  readonly approver: ApproverId;
  readonly linkedAtMs: number;
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

  /** A code by which a signed-in approver binds this chat account; it replaces an older one of the same account. */
  addLinkCode(
    wish: ChatAccount & { readonly hash: string; readonly ttlSeconds: number; readonly replayKey: ReplayKey },
    audit: AuditEntry,
  ): Promise<Repeated | null>;
  /** Whose account the code would bind, if it would still be accepted; changes nothing. */
  peekLinkCode(hash: string): Promise<ChatAccount | null>;
  /** Spends the code and binds the account, in one commit; null when the code is unknown, used or too old. */
  link(wish: { readonly hash: string; readonly approver: ApproverId }, audit: AuditEntry): Promise<ChatAccount | null>;
  /** Unbinds the account from everybody, or from `approver` alone where given. False: it was not bound so. */
  unlink(
    wish: ChatAccount & { readonly approver?: ApproverId; readonly replayKey: ReplayKey },
    audit: AuditEntry,
  ): Promise<boolean | Repeated>;
  /** The approvers who bound this account. */
  linksOf(account: ChatAccount): Promise<readonly ApproverId[]>;
  /** The accounts bound to this approver, whatever sites.toml says of them; null: to anybody. By approver, then by account. */
  accountsOf(approver: ApproverId | null): Promise<readonly BoundAccount[]>;
}
