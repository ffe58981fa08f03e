/** Mutes: sites and addresses from which approvers want no cards for a while. */
import type { SiteKey, VisitorAddress } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Repeated, ReplayKey } from './replay.js';

export interface MuteRecord {
  readonly site: SiteKey;
  /** Null: the whole site. */
  readonly address: VisitorAddress | null;
  readonly untilMs: number;
  readonly by: string;
}

export interface MuteLedger {
  /** One row a site; a longer mute that stands is kept. Empty `sites` write nothing. */
  mute(
    input: {
      readonly sites: readonly SiteKey[];
      readonly address: VisitorAddress | null;
      readonly ttlSeconds: number;
      readonly by: string;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<readonly MuteRecord[] | Repeated>;
  /** Ends them. Answers those it ended. */
  unmute(
    input: {
      readonly sites: readonly SiteKey[];
      readonly address: VisitorAddress | null;
      readonly replayKey: ReplayKey;
    },
    audit: AuditEntry,
  ): Promise<readonly MuteRecord[] | Repeated>;
  /** Those that live by the database's clock. */
  live(): Promise<readonly MuteRecord[]>;
}
