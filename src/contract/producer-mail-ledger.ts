/**
 * Mails that other services ordered. A mail is one record with one message for each recipient; the messages are about it
 * (`producer_mail:<id>`) and are sent as all others are.
 */
import type { DeliveryState } from '../approval/delivery.js';
import type { QueuedMessage } from './message.js';

/** How many recipients a producer's mails may have together, in a minute and in a day that the first of them begins. */
export interface MailCaps {
  readonly perMinute: number;
  readonly perDay: number;
}

export interface NewProducerMail {
  readonly id: string;
  readonly producer: string;
  /** Which caller of the producer it was. */
  readonly caller: string;
  /** Unique within a producer. */
  readonly idempotencyKey: string;
  /** Of all that was ordered but the key: another one under the same key is another mail. */
  readonly bodyHash: string;
  /** Null: at once. */
  readonly startAtMs: number | null;
  /** Of its messages, too. */
  readonly giveUpAtMs: number;
  readonly caps: MailCaps;
  /** The producer wants to be told how it ended. */
  readonly isToldOf: boolean;
  readonly messages: readonly QueuedMessage[];
}

/**
 * `known`: the same mail came before. `other_body`: another mail came before under this key. `over`: its end has come already. Then, and
 * if `capped`, nothing changed.
 */
export type ProducerMailAdded =
  | { readonly kind: 'queued' | 'known' | 'other_body'; readonly mailId: string }
  | { readonly kind: 'over' }
  | { readonly kind: 'capped'; readonly per: 'minute' | 'day'; readonly retryAfterMs: number };

export interface MailAttempt {
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** A result's kind, `superseded` or `abandoned`; null while it runs. */
  readonly outcome: string | null;
  readonly reason: string | null;
}

/** One recipient, by the delivery that stands for it now: the last of those that were redriven. */
export interface MailRecipient {
  readonly address: string;
  readonly deliveryId: string;
  readonly state: DeliveryState;
  readonly lastReason: string | null;
  readonly isMaybeDuplicate: boolean;
  readonly attempts: readonly MailAttempt[];
}

export interface ProducerMail {
  readonly id: string;
  readonly producer: string;
  readonly idempotencyKey: string;
  readonly createdAtMs: number;
  readonly notBeforeMs: number;
  readonly giveUpAtMs: number;
  /** As many as there were; `recipients` lacks those whose deliveries an operator has deleted. */
  readonly recipientCount: number;
  /** By address. */
  readonly recipients: readonly MailRecipient[];
  /** Nothing is to be sent any more. What a provider has accepted is waited for until the mail's end. */
  readonly hasEnded: boolean;
}

export interface ProducerMailLedger {
  /** Of many at once with one key, one is `queued`. Caps are counted in the same commit, and the audit trail says who ordered it. */
  add(mail: NewProducerMail): Promise<ProducerMailAdded>;
  /** Null also for another producer's. */
  find(input: { readonly id: string; readonly producer: string }): Promise<ProducerMail | null>;
  /** Mails that have ended and of which the producer was not told yet; each is looked at by one caller at a time. */
  ended(limit: number): Promise<readonly ProducerMail[]>;
  /**
   * Queues the message that tells the producer; null: nobody is to be told any more. False: somebody else did, or an operator has
   * redriven a recipient meanwhile.
   */
  tell(input: { readonly id: string; readonly message: QueuedMessage | null }): Promise<boolean>;
}
