/** The ledger as the courier writes it: deliveries, their claims, attempts and pauses. */
import type { ChannelName, RequestId } from '../approval/brand.js';
import type { DeliveryKind, DeliveryState } from '../approval/delivery.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Claim } from './claim.js';
import type { Repeated, ReplayKey } from './replay.js';
import type { MessageKind, MessageRecipient, QueueAnswer, QueuedMessage } from './message.js';
import type { MailRoutes, ProviderGate, WaitingMails } from './mail-routing.js';
import type { CallIds, Receipt, Recipient, RefusalScope } from './notifier.js';

export type { Claim, MessageClaim, RequestClaim } from './claim.js';
export type { DeliveryKind, DeliveryState };

/**
 * How an attempt ended, as the courier classified it. All waits are durations; the database makes times of them, and a retry
 * that would come too late it makes a failure.
 */
export type AttemptResult = {
  readonly deliveryId: string;
  readonly claimToken: string;
  readonly attemptId: number;
  readonly tookMs: number;
  readonly ids?: CallIds;
  /** Whoever gets it may get it twice. Once said it stays. */
  readonly isMaybeDuplicate?: boolean;
} & (
  | { readonly kind: 'sent'; readonly receipt: Receipt; readonly drawnRevision: number }
  /** A provider has it and has yet to send it: nothing is due until `confirmSent` or a report says more. */
  | { readonly kind: 'accepted'; readonly receipt: Receipt; readonly drawnRevision: number }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly waitMs: number;
      /** No answer came: the call may have had its effect. */
      readonly isUnknown: boolean;
      /** The provider of this attempt takes nothing for so long, from anybody. */
      readonly gateMs?: number;
      /** Failed instead, where the next attempt would begin so long after the delivery was made. */
      readonly lifetimeMs?: number;
      /** The attempt is not counted, unless there were many such. `most`: then so many fail the delivery; null: any number may be. */
      readonly throttled?: { readonly most: number | null };
    }
  | { readonly kind: 'failed'; readonly scope: RefusalScope; readonly reason: string }
  /** A mail system refused the recipient. `suppressForMs`: so long no mail goes there; 0 where it may be another time. */
  | { readonly kind: 'bounced'; readonly reason: string; readonly suppressForMs: number }
  /** The card can be edited no more: due again at once, as a `follow_up`. */
  | { readonly kind: 'uneditable'; readonly reason: string }
  /** The provider is broken: back to the queue, and the whole transport pauses; or that provider alone, where it is one of several. */
  | { readonly kind: 'paused'; readonly reason: string; readonly probeAfterMs: number; readonly provider?: string }
  /** Handed back untouched at a graceful stop. */
  | { readonly kind: 'released' }
  /** The request was answered before its card went out, and this channel never redraws: nothing is left to do. */
  | { readonly kind: 'cancelled' }
);

/** A message whose end came while nobody was sending it: it has failed, and what it said is erased. */
export interface GivenUp {
  readonly deliveryId: string;
  readonly kind: MessageKind;
  readonly channel: ChannelName;
  /** Why its last attempt failed; `too_late` where there was none. */
  readonly reason: string;
}

export interface AttemptOutcome {
  readonly deliveryId: string;
  /** False: the claim was lost to another courier; nothing was written but the attempt's end. */
  readonly isHeld: boolean;
  readonly state: DeliveryState;
  /** True for exactly one result of a request: with it, every first attempt has failed. */
  readonly isLastFirstFailure: boolean;
}

export type MailReport = 'bounced' | 'delayed' | 'delivered' | 'complained';

export interface AcceptedDelivery {
  readonly deliveryId: string;
  readonly receipt: Receipt;
  readonly createdAtMs: number;
}

export interface TransportPause {
  readonly transport: ChannelName;
  readonly reason: string;
  readonly sinceMs: number;
  readonly probeAtMs: number;
  /** The operator who paused it; null: its provider refused us. No probe ends what an operator paused. */
  readonly pausedBy: string | null;
  /** Whose refusal it was, where the transport sends by one provider of the mail records; null otherwise. */
  readonly provider: string | null;
}

export interface Straggler {
  readonly deliveryId: string;
  readonly kind: DeliveryKind;
  /** Null: a message without a request. */
  readonly requestId: RequestId | null;
  /** What a message is about, as `<kind>:<id>`; null for a card. */
  readonly about: string | null;
  readonly channel: ChannelName;
  readonly state: DeliveryState;
  readonly wantedRevision: number;
  readonly drawnRevision: number;
  readonly lastReason: string | null;
  /** The card was deleted or can be edited no more, and its follow-up was not sent yet. */
  readonly isCardLost: boolean;
}

export interface DeliveryRecord extends Straggler {
  readonly transport: ChannelName;
  readonly recipient: Recipient | MessageRecipient;
  readonly attempts: number;
  readonly isMaybeDuplicate: boolean;
}

export interface MailClaiming {
  readonly routes: MailRoutes;
  /** How many more mails this process can hand to each provider. */
  readonly free: Readonly<Record<string, number>>;
}

export interface DeliveryLedger {
  /** Queues a message without a request, unless one of its kind has this key. One statement: of many at once, one is `queued`. */
  enqueue(message: QueuedMessage): Promise<QueueAnswer>;
  /**
   * Claims at most `limit` due deliveries of one transport, expired leases included, and writes their attempt rows. Of a transport
   * that is paused one at a time, when its probe is due.
   */
  claim(input: {
    readonly transport: ChannelName;
    readonly limit: number;
    readonly leaseMs: number;
    /** The notifier's trait: where it is not true, a card whose lease ran out is marked `isMaybeDuplicate`. */
    readonly isIdempotent?: boolean;
    /**
     * Of a transport that carries mails: each goes out by what is chosen for it here, and waits while that takes no more. A mail
     * that may have gone out by a provider already stays with it.
     */
    readonly mail?: MailClaiming;
  }): Promise<readonly Claim[]>;
  renew(
    claims: readonly { readonly deliveryId: string; readonly claimToken: string }[],
    leaseMs: number,
  ): Promise<void>;
  close(results: readonly AttemptResult[]): Promise<readonly AttemptOutcome[]>;
  /** Gives up at most so many messages whose end has passed, of all transports. Each is answered once, whoever asks. */
  giveUp(limit: number): Promise<readonly GivenUp[]>;
  /** Milliseconds until the earliest due delivery of this transport (0 when due); null when there is none. */
  msUntilDue(transport: ChannelName): Promise<number | null>;
  pauses(): Promise<readonly TransportPause[]>;
  /** Pauses a transport that is known to be broken before any of its deliveries says so: its queue is kept. */
  pause(input: {
    readonly transport: ChannelName;
    readonly reason: string;
    readonly probeAfterMs: number;
  }): Promise<void>;
  /**
   * What a mail system told of a delivery it had taken (RFC 3464): kept as its last reason; `bounced` is its state, too, and what was
   * `accepted` and is `delivered` is `sent`. Null when no delivery is known by this id. Never touches the request's outcome.
   */
  report(
    input: {
      readonly deliveryId: string;
      readonly what: MailReport;
      readonly reason: string;
      readonly replayKey: ReplayKey;
      /** What bounced for good, or was complained of: so long no mail goes to its recipient. Absent or 0: mails go there as before. */
      readonly suppressForMs?: number;
    },
    audit: AuditEntry,
  ): Promise<DeliveryRecord | Repeated | null>;
  /**
   * What was `accepted` is `sent` now: the provider has a copy of it among what it sent. A card that should show something else by now is
   * due. `receipt`: in the place of the former. False: it is in another state, and nothing changed.
   */
  confirmSent(input: { readonly deliveryId: string; readonly receipt?: Receipt }): Promise<boolean>;
  /**
   * What providers have taken and not sent yet, oldest first. `after`: the last of the page before. `withinMs`: what was made longer
   * ago and is past its end is left out.
   */
  accepted(input: {
    readonly transport: ChannelName;
    readonly limit: number;
    readonly withinMs?: number;
    readonly after: Pick<AcceptedDelivery, 'createdAtMs' | 'deliveryId'> | null;
  }): Promise<readonly AcceptedDelivery[]>;
  /** Providers that refuse us, or take nothing for now. */
  providerGates(): Promise<readonly ProviderGate[]>;
  /** What mails that are still to go out are of. Of a long queue those that are due first. */
  waitingMails(transport: ChannelName): Promise<readonly WaitingMails[]>;
  /** Ends a pause after a probe that was delivered; one by an operator stays. `provider`: of that one alone. */
  resume(transport: ChannelName, provider?: string): Promise<boolean>;
  /** An operator pauses a transport: nobody claims of it, and no probe, until an operator resumes it. False: one has paused it already. */
  pauseByHand(input: { readonly transport: ChannelName; readonly reason: string }, audit: AuditEntry): Promise<boolean>;
  /** An operator ends a pause, whoever began it: what waits is due. False: there was none. */
  resumeByHand(transport: ChannelName, audit: AuditEntry): Promise<boolean>;
  /** Cards and messages not in the state they should be in, oldest first. One that was redriven is not: the new one may be. */
  stragglers(limit: number): Promise<readonly Straggler[]>;
  ofRequest(id: RequestId): Promise<readonly DeliveryRecord[]>;
}
