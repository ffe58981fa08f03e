/**
 * The port of mail transports: what takes one composed mail away. SMTP is in `smtp/`; a provider's HTTP interface is another.
 * One call is one attempt: a transport never sleeps, never retries and keeps nothing that a server said.
 */
import type { WatchTurn } from '../../src/contract/watching.js';
import type { Health } from '../../src/contract/channel.js';
import type { Answer, Receipt } from '../../src/contract/notifier.js';

export interface ComposedMail {
  readonly from: { readonly name: string; readonly address: string };
  /** That it goes out of, where that is not whom it is from. */
  readonly mailbox?: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets; the same for every attempt of one delivery. Mailboxes drop the twin of a mail they have by it. */
  readonly messageId: string;
  readonly dateMs: number;
  /** False: an earlier attempt at this delivery may have left something, or may have sent it. */
  readonly isFirstAttempt: boolean;
  /** No answer came to an earlier attempt, so that it may have sent it. Sending it again without having looked doubles it, perhaps. */
  readonly isMaybeThere?: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: answers go to the sender. */
  readonly replyTo?: string;
}

/**
 * `correlation`: by what later reports may name the mail, kept as the delivery's receipt. SMTP: its Message-ID. `accepted`: a provider
 * has queued the mail; the ledger is told later whether it was sent or bounced.
 */
export type MailAnswer =
  | ({ readonly kind: 'delivered' | 'accepted'; readonly correlation: Receipt } & Pick<Answer, 'ids' | 'mayDouble'>)
  /** A provider that throttles says with `retryAfterMs` how long. */
  | Extract<Answer, { readonly kind: 'deferred' | 'refused' | 'unknown' }>;

export interface MailTransport {
  /** How many mails may be under way at once. */
  readonly slots: number;
  /** Whether a second attempt has no second effect, as far as mailboxes tell by the Message-ID. */
  readonly isIdempotent: boolean;
  /** Sends, and says what the server's answer means for the delivery. */
  send(mail: ComposedMail, signal: AbortSignal): Promise<MailAnswer>;
  /** Connects and signs in without sending anything. */
  health(signal: AbortSignal): Promise<Health>;
  /** Present where the provider says only when it is asked what became of a mail that it accepted. */
  readonly watch?: MailWatch;
  /** Mails that are being sent fail. */
  close(): void;
}

export interface MailWatch {
  /** By the correlation of a mail that was accepted; `cannot_tell`: nor will it be possible soon. */
  wasSent(correlation: Receipt, signal: AbortSignal): Promise<'sent' | 'not_yet' | 'cannot_tell'>;
  /**
   * Mails that say what became of others, and came to this mailbox since the last call; the first call goes back some days.
   * One for which `told` rejects comes again. `id`: the same for the same mail.
   */
  reports(mailbox: string, told: (raw: Buffer, id: string) => Promise<void>, turn: WatchTurn): Promise<void>;
}
