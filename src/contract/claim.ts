/** A claim: what a courier holds while it carries a delivery out, and shows with every later write. */
import type { ChannelName } from '../approval/brand.js';
import type { RequestRecord } from '../approval/request.js';
import type { MailRoute } from './mail-routing.js';
import type { About, MessageKind, MessageRecipient } from './message.js';
import type { Receipt, Recipient } from './notifier.js';

export type Claim = RequestClaim | MessageClaim;

interface ClaimHead {
  readonly deliveryId: string;
  /** 128 random bits; every later write demands it. */
  readonly claimToken: string;
  readonly attemptId: number;
  /** 1 for the first attempt of this task that counts. */
  readonly attempt: number;
  /** There was an attempt before, although none counts. */
  readonly isAgain?: true;
  readonly channel: ChannelName;
  readonly transport: ChannelName;
  readonly receipt: Receipt | null;
  readonly isMaybeDuplicate: boolean;
  /** Of a mail: by what it goes out. */
  readonly route?: MailRoute;
  /**
   * Nothing says that the card is there, and an attempt may have put it there all the same: its courier died, or its answer
   * never came. Only then is a card of a request that has its outcome still looked for, so that it does not go on asking.
   */
  readonly isMaybeThere: boolean;
  /** The transport is paused, and this attempt finds out whether it works again. */
  readonly isProbe: boolean;
  /** Its recipient has a mail address to which no mail goes now. A channel that sends no mails takes no heed of it. */
  readonly isSuppressed: boolean;
  /** No attempt begins after this: the request's deadline for a question, a day after what it tells of for the rest. */
  readonly giveUpAtMs: number;
}

export interface RequestClaim extends ClaimHead {
  readonly kind: 'card' | 'callback';
  readonly recipient: Recipient;
  /**
   * `notify`: put the card there. `update`: redraw it to the wanted revision. `follow_up`: the card that is there can be
   * edited no more, so a new message says how it stands.
   */
  readonly task: 'notify' | 'update' | 'follow_up';
  readonly request: RequestRecord;
  /**
   * Sealed with the request's id as associated data. Null once the request has an outcome, but for a `callback`:
   * a producer knows its request by the token, so the seal is kept until the producer has been told.
   */
  readonly sealedToken: string | null;
}

/** Sent once and never redrawn. */
export interface MessageClaim extends ClaimHead {
  readonly kind: MessageKind;
  readonly recipient: MessageRecipient;
  readonly task: 'notify';
  readonly about: About | null;
  /** Encrypted with the delivery's id as associated data. Null: it was erased, so nothing can be sent. */
  readonly sealedPayload: string | null;
}
