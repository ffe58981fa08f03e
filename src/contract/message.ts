/** Messages that are no cards of a request: mails to sign in with, reports, digests, and what other services send. */
import type { ChannelName } from '../approval/brand.js';
import type { MailScope } from './mail-routing.js';

/**
 * `mail`: somebody waits for it. `report`, `digest`: sent by the clock, and may come later. `mail_callback`: tells a service how a mail
 * that it had ordered ended.
 */
export type MessageKind = 'mail' | 'report' | 'digest' | 'mail_callback';

/** What a message is about, for whoever looks for it later: `{ kind: 'request', id: … }`, `{ kind: 'account', id: … }`. */
export interface About {
  readonly kind: string;
  readonly id: string;
}

/** What a message says. Encrypted in the database, and erased there once nobody needs it any more; of a failed one it is kept as long as it may be sent again. */
export interface MessageContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Whoever reads what comes to this address. */
export interface Mailbox {
  readonly kind: 'mailbox';
  readonly address: string;
}

/** Where a service is told, signed with its key. */
export interface CallbackAddress {
  readonly kind: 'callback';
  readonly producer: string;
  readonly url: string;
}

export type MessageRecipient = Mailbox | CallbackAddress;

export interface NewMessage {
  readonly kind: MessageKind;
  /** Must declare that it carries this kind (`ChannelEntry.carries`). */
  readonly channel: ChannelName;
  readonly recipient: MessageRecipient;
  readonly about: About | null;
  readonly payload: MessageContent;
  /** No attempt begins before then. Absent: at once. */
  readonly startAtMs?: number;
  /** No attempt begins after so long; then the message is `failed` and its payload erased. */
  readonly giveUpAfterMs: number;
  /** Nor after then, where that is earlier. */
  readonly giveUpAtMs?: number;
  /** So long after it failed an operator may send it again, even past its end. Absent: until its end, as a link to sign in by is of no use then. */
  readonly resendForMs?: number;
  /** Unique within a kind: the same key again is the same message, whatever else is said. */
  readonly idempotencyKey: string;
  /** Of a mail: what it is of, as far as mailboxes ask. Absent: it goes from a mailbox for everything. */
  readonly scope?: Partial<MailScope>;
}

/** A message as the ledger queues it. */
export interface QueuedMessage extends Omit<NewMessage, 'payload'> {
  readonly id: string;
  readonly sealedPayload: string;
}

/** `known`: there is a message of this kind with this key, the one that is named. Nothing changed. */
export interface QueueAnswer {
  readonly kind: 'queued' | 'known';
  readonly deliveryId: string;
}

export interface Refused {
  readonly kind: 'refused';
  readonly reason: 'channel_not_configured' | 'kind_not_carried' | 'recipient_malformed' | 'too_late';
}

/** Where whatever wants to send a message puts it. It is sent once it is queued, whatever happens to the process. */
export interface Messages {
  /** Rejects with `LedgerUnavailable` when it could not be written. */
  enqueue(message: NewMessage): Promise<QueueAnswer | Refused>;
  /** The same in two steps, for a verb of the ledger that queues it in one commit with what it tells of. */
  prepare(message: NewMessage): { readonly kind: 'prepared'; readonly message: QueuedMessage } | Refused;
}
