/** The queue as the admin plane offers it to operators: JSON both ways under `/api/deliveries`, and its pages. */
import type { RetriableState } from '../approval/delivery.js';
import type { DeliveryKind, DeliveryState } from './delivery-ledger.js';
import type { AttemptEntry, CancelRefusal, DeliveryFilter, RedriveRefusal } from './queue-ledger.js';

/** A delivery. Times are ISO 8601. */
export interface DeliveryLine {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly channel: string;
  /** What carries it: its channel, or what serves a consumer of it. */
  readonly transport: string;
  /** Of a mail, by what it went out or is to go; null: no mail, or nothing is chosen yet. */
  readonly provider: string | null;
  readonly mailbox: string | null;
  /** In one line: a handle and an address, a room, a URL. */
  readonly recipient: string;
  /** Of its request; null: it is of none. */
  readonly site: string | null;
  readonly request: string | null;
  /** What a message is about, as `<kind>:<id>`. */
  readonly about: string | null;
  readonly attempts: number;
  /** A short code of ours. */
  readonly lastReason: string | null;
  readonly isMaybeDuplicate: boolean;
  readonly createdAt: string;
  /** When there is something to do; null: nothing. */
  readonly dueAt: string | null;
  /** No attempt begins after this. */
  readonly endsAt: string;
  readonly redriveOf: string | null;
  readonly redrivenAs: string | null;
}

export interface AttemptLine {
  readonly task: AttemptEntry['task'];
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly tookMs: number | null;
  readonly provider: string | null;
  readonly mailbox: string | null;
  readonly clientRequestId: string | null;
  readonly providerRequestId: string | null;
}

/** `GET /api/deliveries?…&cursor=<next>&limit=<1 to 200>`: newest first. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliveryLine[];
  /** Of the next page; null on the last. A page that takes long ends early: it may be short, or empty, and have a next one. */
  readonly next: string | null;
}

/** `GET /api/deliveries/<id>`. */
export interface DeliveryView extends DeliveryLine {
  /** Newest first, at most 500. */
  readonly log: readonly AttemptLine[];
}

/** `POST /api/deliveries/<id>/retry`: the new delivery, in the place of this one. */
export interface RetryAnswer {
  readonly id: string;
  readonly redriveOf: string;
}

/** `POST /api/deliveries/<id>/cancel`. */
export interface CancelAnswer {
  readonly id: string;
  readonly before: DeliveryState;
  /** An attempt was running: what it sent may arrive all the same. */
  readonly isMaybeUnderWay: boolean;
}

/** `DELETE /api/deliveries/<id>`. */
interface RemoveAnswer {
  readonly id: string;
}

/** `DELETE /api/deliveries?…&dry_run=true|false`. */
export interface PurgeAnswer {
  /** Deliveries that are gone; with `dry_run`, that would be. */
  readonly count: number;
  readonly isDryRun: boolean;
  /** At most 10,000 at once: there are more. */
  readonly isMore: boolean;
}

/** What is sent again: of one of these states. */
export interface RetriableFilter {
  readonly state: RetriableState;
}

/** `POST /api/deliveries/retry?…&dry_run=true|false`, with `{ operator }`. */
export interface RetryManyAnswer {
  /** Sent again; with `dry_run`, those that fit and were not sent again yet. */
  readonly count: number;
  /** How many were not, by why: as of one. */
  readonly refused: Readonly<Record<string, number>>;
  readonly isDryRun: boolean;
  /** At most 1,000 at once: there are more. */
  readonly isMore: boolean;
}

export type RemoveRefusal =
  | 'unknown'
  /** It waits or is being sent. */
  | 'not_ended'
  /** The card is or may be with its recipient, and is redrawn when its request is decided or its grant ends. */
  | 'still_needed';

/** `redrivenAs`: the delivery that is in its place already. */
export interface QueueRefused<Reason extends string> {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly redrivenAs?: string | null;
}

/** Who acts, and over what, for the audit. */
export interface OperatorsAct {
  readonly who: string;
  readonly surface: 'cli' | 'admin_page';
}

export interface OperatorsQueue {
  /** Null: no cursor of ours. */
  list(input: {
    readonly filter: DeliveryFilter;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<DeliveryPage | null>;
  show(id: string): Promise<DeliveryView | null>;
  retry(id: string, act: OperatorsAct): Promise<RetryAnswer | QueueRefused<RedriveRefusal | 'sealed'>>;
  /** At most 1,000 of those that fit, the newest first, each as by itself. */
  retryMany(filter: DeliveryFilter & RetriableFilter, act: OperatorsAct): Promise<RetryManyAnswer>;
  previewRetry(filter: DeliveryFilter & RetriableFilter): Promise<RetryManyAnswer>;
  cancel(id: string, act: OperatorsAct): Promise<CancelAnswer | QueueRefused<CancelRefusal>>;
  remove(id: string, act: OperatorsAct): Promise<RemoveAnswer | QueueRefused<RemoveRefusal>>;
  /** At most 10,000 of those that have ended and that nobody needs any more, the newest first. */
  purge(filter: DeliveryFilter, act: OperatorsAct): Promise<PurgeAnswer>;
  /** How many that would be. */
  preview(filter: DeliveryFilter): Promise<PurgeAnswer>;
}
