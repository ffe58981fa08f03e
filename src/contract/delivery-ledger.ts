/** The ledger as the courier writes it: deliveries, their claims, attempts and pauses. */
import type { ChannelName, RequestId } from '../approval/brand.js';
import type { RequestRecord } from '../approval/request.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Repeated, ReplayKey } from './replay.js';
import type { Receipt, Recipient, RefusalScope } from './notifier.js';

export type DeliveryState = 'queued' | 'sending' | 'sent' | 'retry_wait' | 'failed' | 'cancelled';

export interface Claim {
  readonly deliveryId: string;
  /** 128 random bits; every later write demands it. */
  readonly claimToken: string;
  readonly attemptId: number;
  /** 1 for the first attempt of this task. */
  readonly attempt: number;
  /**
   * `notify`: put the card there. `update`: redraw it to the wanted revision. `follow_up`: the card that is there can be
   * edited no more, so a new message says how it stands.
   */
  readonly task: 'notify' | 'update' | 'follow_up';
  readonly channel: ChannelName;
  readonly carrier: ChannelName;
  readonly recipient: Recipient;
  readonly receipt: Receipt | null;
  readonly request: RequestRecord;
  /**
   * Sealed with the request's id as associated data. Null once the request has an outcome, but for a `callback`:
   * a producer knows its request by the token, so the seal is kept until the producer has been told.
   */
  readonly sealedToken: string | null;
  readonly isMaybeDuplicate: boolean;
  /**
   * Nothing says that the card is there, and an attempt may have put it there all the same: its courier died, or its answer
   * never came. Only then is a card of a request that has its outcome still looked for, so that it does not go on asking.
   */
  readonly isMaybeThere: boolean;
  /** The carrier is paused, and this attempt finds out whether it works again. */
  readonly isProbe: boolean;
  /** No attempt begins after this: the request's deadline for a question, a day after what it tells of for the rest. */
  readonly giveUpAtMs: number;
}

/**
 * How an attempt ended, as the courier classified it. All waits are durations; the database makes times of them, and a retry
 * that would come too late it makes a failure.
 */
export type Closing = {
  readonly deliveryId: string;
  readonly claimToken: string;
  readonly attemptId: number;
  readonly tookMs: number;
} & (
  | { readonly kind: 'sent'; readonly receipt: Receipt; readonly drawnRevision: number }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly waitMs: number;
      readonly isMaybeDuplicate: boolean;
      /** No answer came: the call may have had its effect. */
      readonly isUnknown: boolean;
    }
  | { readonly kind: 'failed'; readonly scope: RefusalScope; readonly reason: string }
  /** The card can be edited no more: due again at once, as a `follow_up`. */
  | { readonly kind: 'uneditable'; readonly reason: string }
  /** The provider is broken: back to the queue, and the whole carrier pauses. */
  | { readonly kind: 'paused'; readonly reason: string; readonly probeAfterMs: number }
  /** Handed back untouched at a graceful stop. */
  | { readonly kind: 'released' }
  /** The request was answered before its card went out, and this channel never redraws: nothing is left to do. */
  | { readonly kind: 'cancelled' }
);

export interface ClosingOutcome {
  readonly deliveryId: string;
  /** False: the claim was lost to another courier; nothing was written but the attempt's end. */
  readonly isHeld: boolean;
  readonly state: DeliveryState;
  /** True for exactly one closing of a request: with it, every first attempt has failed. */
  readonly isLastFirstFailure: boolean;
}

export type MailReport = 'bounced' | 'delayed' | 'delivered' | 'complained';

export interface CarrierPause {
  readonly carrier: ChannelName;
  readonly reason: string;
  readonly sinceMs: number;
  readonly probeAtMs: number;
}

export interface Straggler {
  readonly deliveryId: string;
  readonly requestId: RequestId;
  readonly channel: ChannelName;
  readonly state: DeliveryState;
  readonly wantedRevision: number;
  readonly drawnRevision: number;
  readonly lastReason: string | null;
  /** The card was deleted or can be edited no more, and its follow-up was not sent yet. */
  readonly isCardLost: boolean;
}

export interface DeliveryRecord extends Straggler {
  readonly carrier: ChannelName;
  readonly recipient: Recipient;
  readonly attempts: number;
  readonly isMaybeDuplicate: boolean;
}

export interface DeliveryLedger {
  /**
   * Claims at most `limit` due deliveries of one carrier, expired leases included, and writes their attempt rows. Of a carrier
   * that is paused one at a time, when its probe is due.
   */
  claim(wish: {
    readonly carrier: ChannelName;
    readonly limit: number;
    readonly leaseMs: number;
    /** The notifier's trait: where it is not true, a card whose lease ran out is marked `isMaybeDuplicate`. */
    readonly isIdempotent?: boolean;
  }): Promise<readonly Claim[]>;
  renew(
    claims: readonly { readonly deliveryId: string; readonly claimToken: string }[],
    leaseMs: number,
  ): Promise<void>;
  close(closings: readonly Closing[]): Promise<readonly ClosingOutcome[]>;
  /** Milliseconds until the earliest due delivery of this carrier (0 when due); null when there is none. */
  msUntilDue(carrier: ChannelName): Promise<number | null>;
  pauses(): Promise<readonly CarrierPause[]>;
  /** Pauses a carrier that is known to be broken before any of its deliveries says so: its queue is kept. */
  pause(wish: { readonly carrier: ChannelName; readonly reason: string; readonly probeAfterMs: number }): Promise<void>;
  /**
   * What a mail system told of a delivery it had taken (RFC 3464): kept as its last reason; `bounced` makes it `failed`.
   * Null when no delivery is known by this id. Never touches the request's outcome.
   */
  report(
    wish: {
      readonly deliveryId: string;
      readonly what: MailReport;
      readonly reason: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<DeliveryRecord | Repeated | null>;
  /** Ends a pause: after a probe that was delivered, or by an operator. */
  resume(carrier: ChannelName): Promise<boolean>;
  /** Cards not in the state they should be in, oldest first. */
  stragglers(limit: number): Promise<readonly Straggler[]>;
  ofRequest(id: RequestId): Promise<readonly DeliveryRecord[]>;
}
