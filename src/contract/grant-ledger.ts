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

export interface GrantLedger {
  /** All grants that live by the database's clock, and that clock, so that a skewed process does not misjudge them. */
  live(): Promise<{ readonly nowMs: number; readonly grants: readonly GrantRecord[] }>;
  find(site: SiteKey, address: VisitorAddress): Promise<GrantRecord | null>;
  grant(
    wish: {
      readonly site: SiteKey;
      readonly address: VisitorAddress;
      readonly ttlSeconds: number;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<GrantRecord | Repeated>;
  /**
   * Ends live grants on these sites by number, by address, or of one request. In the same commit every request that
   * ended in one of them learns of it (`Decision.revocation`), and its cards are to be redrawn.
   */
  revoke(
    wish: {
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
    wish: {
      readonly requestId: RequestId;
      readonly ttlSeconds: number;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<{ readonly grant: GrantRecord; readonly request: RequestRecord } | Repeated | null>;
}
