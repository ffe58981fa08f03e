/**
 * The ledger as the console reads it: the newest first, in pages by key, and what stands where. Nothing is written. However much there
 * is, and whatever is asked for, one call looks at a bounded number of rows.
 */
import type { ApproverId, ChannelName, RequestId, SiteKey } from '../approval/brand.js';
import type { DeliveryState } from '../approval/delivery.js';
import type { Environment, Outcome, RequestRecord } from '../approval/request.js';
import type { AuditRow } from './audit-ledger.js';
import type { GrantRecord } from './grant-ledger.js';

/** Where a page ended: a time or a number, and the id of the row. */
export type Place = readonly [position: number, id: string];

export interface Looking<Filter> {
  /** What is left out of it does not restrict. */
  readonly filter: Filter;
  /** Null: from the first. */
  readonly after: Place | null;
  /** At most so many are answered. */
  readonly limit: number;
  /** At most so many are looked at. */
  readonly lookAt: number;
}

export interface Page<Found> {
  readonly found: readonly Found[];
  /** Where to go on; null at the end. A page may be short, or empty, and have a next one. */
  readonly next: Place | null;
}

/** Sites are those of sites.toml by their keys. */
interface OfSites {
  /** Null or absent: of all, and what is of none. */
  readonly sites?: readonly SiteKey[] | null | undefined;
}

export interface RequestFilter extends OfSites {
  /** Beside `sites`: those of no site of ours of which this approver was asked. */
  readonly asked?: ApproverId | undefined;
  /** `open`: nobody has answered, and its time is not over. */
  readonly outcome?: Outcome | 'open' | undefined;
  /** A part of its host, address, or person, in any case; or the beginning of its id. */
  readonly containing?: string | undefined;
  readonly environment?: Environment | undefined;
}

export interface GrantFilter extends OfSites {
  /** A part of its site, address or giver, in any case; or its number. */
  readonly containing?: string | undefined;
}

export interface AuditFilter extends OfSites {
  /** Each stands in it as a whole word, in any case. */
  readonly words?: readonly string[] | undefined;
  readonly what?: string | undefined;
  /** Epoch milliseconds: from then on, and before then. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Deliveries of one transport that are in one state and have something to do. */
export interface Standing {
  readonly transport: ChannelName;
  readonly state: DeliveryState;
  readonly count: number;
  /** Age of the oldest, by the database's clock. */
  readonly oldestAgeMs: number;
}

/** Of the newest attempts. Null: there was none among them. */
export interface LastAttempts {
  readonly transport: ChannelName;
  readonly sentAtMs: number | null;
  /** The newest one that failed for good or is tried again. */
  readonly troubleAtMs: number | null;
  readonly troubleReason: string | null;
}

export interface DeliveriesStanding {
  readonly waiting: readonly Standing[];
  /** More wait than are looked at: the counts are too small. */
  readonly isMore: boolean;
  readonly last: readonly LastAttempts[];
  /** Records of what failed or bounced within a day, was not sent again and is not resolved; at most 1,000 are counted. */
  readonly failedLately: number;
}

/** How many requests that were opened in the span ended so, or wait (null), at one site. */
export interface OutcomeCount {
  /** Its site; of a producer's request the host. */
  readonly site: string;
  readonly outcome: Outcome | null;
  readonly count: number;
}

export interface LookLedger {
  /** The newest first. */
  requests(input: Looking<RequestFilter>): Promise<Page<RequestRecord>>;
  /** Those that live; the last to end comes first. */
  grants(input: Looking<GrantFilter>): Promise<Page<GrantRecord>>;
  /** The newest first. */
  audit(input: Looking<AuditFilter>): Promise<Page<AuditRow>>;
  /** What the audit trail tells of one request, the first first; at most `limit`. */
  ofRequest(id: RequestId, limit: number): Promise<readonly AuditRow[]>;
  deliveries(): Promise<DeliveriesStanding>;
  /** Of the newest 20,000 that were opened in so long. */
  outcomes(withinMs: number): Promise<readonly OutcomeCount[]>;
}
