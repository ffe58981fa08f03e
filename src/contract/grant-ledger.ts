/** Grants: who may pass where, until when. */
import type { RequestId, SiteKey, VisitorAddress } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';

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
    },
    audit: AuditEntry,
  ): Promise<GrantRecord>;
  /** Ends live grants on these sites by number or address. */
  revoke(
    wish: { readonly sites: readonly SiteKey[]; readonly id?: number; readonly address?: VisitorAddress },
    audit: AuditEntry,
  ): Promise<readonly GrantRecord[]>;
}
