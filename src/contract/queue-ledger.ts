/**
 * The ledger as operators work on its queue: looking deliveries up, cancelling, redriving and removing them. Each act is one
 * transaction under the locks of what it is about, so that of many operators at once each delivery is acted on once; and its
 * audit row is in the same commit.
 */
import type { SiteKey } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';
import type { DeliveryKind, DeliveryRecord, DeliveryState } from './delivery-ledger.js';

/** What is left out does not restrict. */
export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly kind?: DeliveryKind | undefined;
  readonly channel?: string | undefined;
  readonly transport?: string | undefined;
  /** By which provider and from which mailbox a mail goes out. */
  readonly provider?: string | undefined;
  readonly mailbox?: string | undefined;
  /** The site of its request; of a producer's request the host. */
  readonly site?: string | undefined;
  /** A part of the recipient's handle, address or URL, in any case. */
  readonly recipient?: string | undefined;
  /** Made so long ago or longer, and less long ago, by the database's clock. */
  readonly olderThanMs?: number | undefined;
  readonly newerThanMs?: number | undefined;
}

/** Where a page ended. The position is the database's own: a time on PostgreSQL, a row's number on SQLite. */
export type QueueCursor = readonly [position: number, id: string];

export interface LookInput {
  readonly filter: DeliveryFilter;
  /** Null: from the newest. */
  readonly after: QueueCursor | null;
  /** At most so many are answered. */
  readonly limit: number;
  /** At most so many are looked at, so that no call takes long, whatever the filter. */
  readonly lookAt: number;
}

/** Newest first. */
export interface Looked<Found> {
  readonly found: readonly Found[];
  /** Where to go on; null at the end. There may be more although nothing was found: as much as was asked for has been looked at. */
  readonly next: QueueCursor | null;
}

/** A delivery as operators see it. */
export interface DeliveryEntry extends DeliveryRecord {
  /** Null: it is of no request. */
  readonly site: SiteKey | null;
  readonly createdAtMs: number;
  /** When there is something to do; null: nothing. */
  readonly dueAtMs: number | null;
  /** No attempt begins after this. */
  readonly endsAtMs: number;
  /** Of a mail, by what it went out or is to go; null: no mail, or nothing is chosen yet. */
  readonly provider: string | null;
  readonly mailbox: string | null;
  /** The delivery in whose place this one is, and the one that is in this one's place. */
  readonly redriveOf: string | null;
  readonly redrivenAs: string | null;
}

export interface AttemptEntry {
  readonly task: 'notify' | 'update' | 'follow_up';
  readonly attempt: number;
  readonly startedAtMs: number;
  /** Null: nobody has said yet how it ended. */
  readonly endedAtMs: number | null;
  /** A result's kind, `superseded` (its claim was lost) or `abandoned` (nobody holds its claim any more). */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly tookMs: number | null;
  /** Of a mail. */
  readonly provider: string | null;
  readonly mailbox: string | null;
  /** By what the call is known to us and to the provider, where the provider has such ids. */
  readonly clientRequestId: string | null;
  readonly providerRequestId: string | null;
}

export interface DeliveryWithAttempts extends DeliveryEntry {
  /** Newest first, at most the newest 500. */
  readonly attemptEntries: readonly AttemptEntry[];
}

export type CancelRefusal =
  | 'unknown'
  /** It was sent, has failed or was cancelled. */
  | 'ended'
  /** The card is with its recipient, and what is due is to redraw it. */
  | 'already_there';

export type Cancelled =
  /** `isMaybeUnderWay`: an attempt was running, and may have had its effect. */
  | { readonly kind: 'cancelled'; readonly before: DeliveryState; readonly isMaybeUnderWay: boolean }
  | { readonly kind: 'refused'; readonly reason: CancelRefusal };

export type RedriveRefusal =
  | 'unknown'
  /** It has neither failed nor bounced nor been cancelled. */
  | 'not_ended'
  | 'already_redriven'
  /** The request of a card has its outcome, or its time is over. */
  | 'request_over'
  /** What the message said is erased, or no attempt may begin any more. */
  | 'payload_erased'
  /** A failed message may not be sent again any more: a link to sign in by is of no use after its end. */
  | 'message_over'
  /** The token is erased by which the producer of a callback knows its request. */
  | 'token_erased';

export type Redriven =
  | { readonly kind: 'redriven'; readonly deliveryId: string }
  /** `redrivenAs`: the delivery that is in its place already. */
  | { readonly kind: 'refused'; readonly reason: RedriveRefusal; readonly redrivenAs: string | null };

export interface QueueLedger {
  look(input: LookInput): Promise<Looked<DeliveryEntry>>;
  /** The same, but of those alone that `remove` would remove, by their ids. */
  removable(input: LookInput): Promise<Looked<string>>;
  find(deliveryId: string): Promise<DeliveryWithAttempts | null>;
  /** What a message says, encrypted with its own id, also of a failure whose delivery is gone; null where there is none, or no more. */
  sealedPayload(deliveryId: string): Promise<string | null>;
  /** Ends what has not been sent. A running attempt loses its claim, so that whatever it answers changes nothing. */
  cancel(deliveryId: string, audit: AuditEntry): Promise<Cancelled>;
  /**
   * Puts a new delivery in the place of one, or of a failure whose delivery is gone, that has failed, bounced or was cancelled, which stays. `sealedPayload`: a message's own, encrypted
   * with the new id; null for a card or a callback.
   */
  redrive(
    input: { readonly deliveryId: string; readonly newId: string; readonly sealedPayload: string | null },
    audit: AuditEntry,
  ): Promise<Redriven>;
  /**
   * Removes those of these that have ended and that nobody needs any more, with their attempts; answers their ids. A card that may be
   * with its recipient stays as long as its request is open or its grant runs: it is to be redrawn.
   */
  remove(
    input: { readonly ids: readonly string[]; readonly filter: DeliveryFilter },
    audit: AuditEntry,
  ): Promise<readonly string[]>;
}
