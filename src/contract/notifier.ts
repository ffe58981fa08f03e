/**
 * The notifier: the part of a channel that delivers and updates cards.
 *
 * One call is one attempt. It obeys the AbortSignal, never sleeps, never retries, never throws for what the world did,
 * never logs a payload. It answers with a value; the courier alone decides what happens next.
 */
import type { ApproverId, ChannelName, Token } from '../approval/brand.js';
import type { CardView } from '../approval/card-view.js';
import type { MailRoute } from './mail-routing.js';
import type { CallbackAddress, MessageContent, MessageKind, MessageRecipient } from './message.js';

/** Plain JSON that a channel writes to find its card again, and that this channel alone reads. */
export type Receipt = Readonly<Record<string, string | number | boolean | null>>;

export type Recipient =
  | { readonly kind: 'approver'; readonly approver: ApproverId; readonly address: string }
  | { readonly kind: 'room'; readonly address: string }
  /** A consumer at a site's `url`, told of one approver's request by the RFC's payload. */
  | { readonly kind: 'consumer'; readonly approver: ApproverId; readonly url: string }
  /** A producer's callback, told of the outcome. */
  | CallbackAddress;

export interface Notice {
  /** Stable over every attempt of one delivery: the idempotency key where the platform has one. */
  readonly deliveryId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The channel whose name people see; differs from the notifier's own where a site's `url` makes `webhook` carry it. */
  readonly channel: ChannelName;
  readonly recipient: Recipient;
  readonly card: CardView;
  /** Of a mail: by what it goes out. Absent: by what fits best. */
  readonly route?: MailRoute;
  /** Nothing says that it is there, and an earlier attempt may have put it there all the same. */
  readonly isMaybeThere?: boolean;
  /** For a `callback` recipient: the token, by which the producer knows its request. */
  readonly producerToken?: Token;
}

/** A message without a request. */
export interface MessageNotice extends Pick<Notice, 'deliveryId' | 'attempt' | 'isMaybeThere'> {
  readonly recipient: MessageRecipient;
  readonly kind: MessageKind;
  readonly content: MessageContent;
  readonly route?: MailRoute;
}

export interface UpdateNotice extends Notice {
  readonly receipt: Receipt;
}

export type RefusalScope = 'message' | 'recipient' | 'provider';

/** By what a call is known in our log and in the provider's: kept with the attempt, for whoever asks the provider about it. */
export interface CallIds {
  readonly clientRequestId?: string;
  readonly providerRequestId?: string;
}

/** `reason` is a short stable code of ours (`smtp_550`, `http_503`, `timeout`), never the peer's own text. */
export type Answer = Outcome & {
  readonly ids?: CallIds;
  /**
   * Whether the person may see it twice: by this attempt and an earlier one, or, after `unknown`, by the next. Absent after
   * `unknown`: the traits say.
   */
  readonly mayDouble?: boolean;
};

type Outcome =
  | { readonly kind: 'delivered'; readonly receipt: Receipt }
  /** A provider has taken the mail and has yet to send it: whether it did, or it bounced, the ledger is told later, by the receipt. */
  | { readonly kind: 'accepted'; readonly receipt: Receipt }
  /**
   * `isOfProvider`: `retryAfterMs` is for all that goes out by the same provider. `isThrottled`: there was too much at once, which says
   * nothing about this delivery; up to a bound such an attempt is not counted.
   */
  | {
      readonly kind: 'deferred';
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly isOfProvider?: boolean;
      readonly isThrottled?: boolean;
    }
  /** `isBounce`, where a mail system refused the recipient: the same fact as a bounce that arrives later. */
  | { readonly kind: 'refused'; readonly scope: RefusalScope; readonly reason: string; readonly isBounce?: boolean }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly isOfProvider?: boolean;
    }
  /** To an `update` alone: the message was deleted, is too old, or is not ours to edit. A follow-up has to tell. */
  | { readonly kind: 'uneditable'; readonly reason: string };

export interface Traits {
  /** `in-chat`: the card has buttons. `by-link`: it leads to the confirm page. */
  readonly decides: 'in-chat' | 'by-link';
  /** Whether a repeated `notify` of one delivery has one effect. Where false, a retry after `unknown` is marked `maybe_duplicate`. */
  readonly isIdempotent: boolean;
  /** Its addresses are mail addresses: nothing goes to those that are suppressed. */
  readonly isMail?: true;
}

interface Delivers {
  readonly traits: Traits;
  notify(notice: Notice, signal: AbortSignal): Promise<Answer>;
  /** Present exactly where the channel's registry entry says that it carries messages (`carries`). */
  readonly send?: (notice: MessageNotice, signal: AbortSignal) => Promise<Answer>;
}

/** The card itself is redrawn. Where it can be no more (`uneditable`), a message of its own says how the request stands. */
export interface EditingNotifier extends Delivers {
  readonly updates: 'edit';
  update(notice: UpdateNotice, signal: AbortSignal): Promise<Answer>;
  /** The receipt it answers is the new message's: later changes edit that one. */
  followUp(notice: UpdateNotice, signal: AbortSignal): Promise<Answer>;
}

/** A second message tells the outcome. */
interface FollowingNotifier extends Delivers {
  readonly updates: 'follow-up';
  update(notice: UpdateNotice, signal: AbortSignal): Promise<Answer>;
}

export type UpdatingNotifier = EditingNotifier | FollowingNotifier;

/** Delivers once and is done: e-mail, whose link tells the outcome. */
export interface OneShotNotifier extends Delivers {
  readonly updates: 'none';
}

export type Notifier = EditingNotifier | FollowingNotifier | OneShotNotifier;
