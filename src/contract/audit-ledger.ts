/** The audit trail: who did what, over which surface. */
import type { RequestId } from '../approval/brand.js';

/** Who acted, as the audit trail keeps it. */
export interface AuditEntry {
  /** `rpm@koder.dev`, `operator:<name>`, a producer's name, `clock`, `visitor`. */
  readonly who: string;
  /** `opened`, `deferred`, `decided`, `expired`, `withdrawn`, `granted`, `revoked`, `forbidden`, `reloaded`, … */
  readonly what: string;
  readonly surface: string;
  readonly site: string | null;
  readonly address: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditRow extends AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly requestId: RequestId | null;
}

export interface AuditLedger {
  add(entry: AuditEntry, requestId: RequestId | null): Promise<void>;
  /** Newest first. */
  recent(limit: number, site?: string): Promise<readonly AuditRow[]>;
}
