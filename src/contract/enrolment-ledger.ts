/** Resetting what somebody proves themselves by, and the link by which they sign in and set it up anew. */
import type { AccountId } from '../approval/brand.js';
import type { KeptAccount } from './account-ledger.js';
import type { AuditEntry } from './audit-ledger.js';
import type { QueuedMessage } from './message.js';

export interface EnrolmentLedger {
  /**
   * In one commit: all of the account's factors and sessions go, with every link and begun sign-in of it; the enrolment link is there, in
   * place of one from before; the notice is queued. Until the link is used or over, or an operator makes an ordinary one, nothing else
   * signs the account in.
   */
  resetAccount(
    input: {
      readonly account: AccountId;
      /** SHA-256 in hex of what the link carries. */
      readonly hash: string;
      readonly ttlSeconds: number;
      /** Tells the person. Null: no mail reaches them. */
      readonly notice: QueuedMessage | null;
    },
    audit: AuditEntry,
  ): Promise<void>;
  /** Whose link this is, if it would still be accepted; changes nothing. */
  peekEnrolment(hash: string): Promise<{ readonly account: AccountId; readonly kept: KeptAccount | null } | null>;
  /** Whether it was one that nobody used and nothing replaced, and its time is over; known for some days after that. */
  isEnrolmentOver(hash: string): Promise<boolean>;
}
