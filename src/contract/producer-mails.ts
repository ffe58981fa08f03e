/** The door for mails of other services: what they may order, and what they are told. */
import type { MessageContent } from './message.js';
import type { DeliveryState } from '../approval/delivery.js';
import type { MailCaps, ProducerMailAdded } from './producer-mail-ledger.js';

export interface MailOrder {
  readonly producer: string;
  readonly caller: string;
  /** Each once. */
  readonly to: readonly string[];
  readonly content: MessageContent;
  /** The address that it is to go from; null: any that fits. */
  readonly mailbox: string | null;
  /** The site that it is of, as far as mailboxes ask; null: none. */
  readonly site: string | null;
  readonly idempotencyKey: string;
  /** Of all of the order but its key. */
  readonly bodyHash: string;
  /** Null: at once. */
  readonly startAtMs: number | null;
  readonly giveUpAtMs: number;
  /** So long after it failed an operator may send it again; absent: until its end. */
  readonly resendForMs?: number;
  readonly caps: MailCaps;
  readonly isToldOf: boolean;
}

/** `malformed`: addresses to which no mail could go. */
export type MailOrdered =
  | ProducerMailAdded
  /** `unknown_mailbox`: the one that is named is not there, or is for others. */
  | { readonly kind: 'not_configured' | 'unknown_mailbox' }
  | { readonly kind: 'malformed'; readonly addresses: readonly string[] };

/** A mail as its producer reads it, by GET and in the callback. Times are ISO 8601 in UTC. */
export interface ToldMail {
  readonly mail: string;
  readonly idempotency_key: string;
  /** `ended`: nothing is sent any more. */
  readonly status: 'pending' | 'ended';
  readonly created_at: string;
  readonly not_before: string;
  readonly give_up_at: string;
  readonly recipients: readonly ToldRecipient[];
}

export interface ToldRecipient {
  readonly to: string;
  readonly state: DeliveryState;
  /** Why the last attempt failed, as a short code of ours. */
  readonly reason: string | null;
  /** It may have arrived more than once. */
  readonly maybe_duplicate: boolean;
  readonly attempts: readonly {
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly outcome: string | null;
    readonly reason: string | null;
  }[];
}

export interface ProducerMails {
  /** Rejects with `LedgerUnavailable`: the same order again is the same mail. */
  order(order: MailOrder): Promise<MailOrdered>;
  find(input: { readonly id: string; readonly producer: string }): Promise<ToldMail | null>;
}
