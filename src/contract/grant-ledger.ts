/** Grants: who may pass where, until when. */
import type { RequestId, SiteKey, VisitorAddress } from '../approval/brand.js';
import type { RequestRecord } from '../approval/request.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Repeated, ReplayKey } from './replay.js';

export interface GrantRecord {
  readonly id: number;
  readonly site: SiteKey;
  readonly address: VisitorAddress;
  readonly untilMs: number;
  readonly grantedBy: string;
  readonly requestId: RequestId | null;
}

/** Grants of a page that are of one site and by one approver, as columns: the same place in each is one grant. */
export interface LiveGroup {
  readonly site: SiteKey;
  readonly grantedBy: string;
  readonly ids: readonly number[];
  readonly addresses: readonly VisitorAddress[];
  readonly untilsMs: readonly number[];
}

export interface LivePage {
  /** The database's clock, so that a skewed process does not misjudge them. */
  readonly nowMs: number;
  readonly groups: readonly LiveGroup[];
  /** `after` of the page behind this one; null: this was the last. */
  readonly next: number | null;
}

/** What stood before lasts longer than what was asked for: nothing was written. Absent: something was. */
export interface Kept {
  readonly isKept?: true;
}

export interface GrantSearch {
  /** `request`: only those that have one. */
  readonly by: 'number' | 'request';
  /** In lower case; found where it stands in `<number or request> <site> <address>`. */
  readonly containing: string;
}

export interface GrantLedger {
  /**
   * The grants that live by the database's clock, in pages by their numbers: `after` is 0 for the first page, `limit` how
   * many grants, alive or not, the database looks at. Every page is a look of its own at the moment when it is asked for.
   * So the pages together hold every grant that lived before the first and lives after the last; what is granted, extended
   * or revoked between the two may be missing or as it was, and is told as a change.
   */
  livePage(after: number, limit: number): Promise<LivePage>;
  /** Those that live on these sites, or everywhere; the first to end comes first. */
  list(input: {
    readonly sites: readonly SiteKey[] | null;
    readonly id?: number;
    readonly address?: VisitorAddress;
    readonly limit: number;
    /** Looks through so many of those that would be listed without it, and no further. */
    readonly search?: GrantSearch & { readonly among: number };
  }): Promise<readonly GrantRecord[]>;
  /** How many live, everywhere. */
  count(): Promise<number>;
  /** Every site that has a grant, alive or not, in no order. */
  sites(): Promise<readonly SiteKey[]>;
  find(site: SiteKey, address: VisitorAddress): Promise<GrantRecord | null>;
  grant(
    input: {
      readonly site: SiteKey;
      readonly address: VisitorAddress;
      readonly ttlSeconds: number;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<(GrantRecord & Kept) | Repeated>;
  /**
   * Ends live grants on these sites by number, by address, or of one request. In the same commit every request that
   * ended in one of them learns of it (`Decision.revocation`), and its cards are to be redrawn.
   */
  revoke(
    input: {
      readonly sites: readonly SiteKey[];
      readonly id?: number;
      readonly address?: VisitorAddress;
      readonly requestId?: RequestId;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<readonly GrantRecord[] | Repeated>;
  /**
   * Moves the end of an approved request's live grant to `ttlSeconds` from now where that is later; the request's
   * `grantedUntilMs` goes with it, and its cards are to be redrawn. `null`: the request has no grant that lives.
   */
  extend(
    input: {
      readonly requestId: RequestId;
      readonly ttlSeconds: number;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<({ readonly grant: GrantRecord; readonly request: RequestRecord } & Kept) | Repeated | null>;
}
