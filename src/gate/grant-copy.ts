/**
 * The copy of the live grants: a table a site, kept current by changes and replaced whole by readings. A late hint of a
 * grant must not bring back what was revoked, so numbers of revoked grants are remembered over two readings.
 */
import type { SiteKey } from '../approval/brand.js';
import type { Change, GrantRecord } from '../contract/ledger.js';
import { addressWords, parseAddress } from '../base/address-words.js';
import { grantTable, type GrantTable } from './grant-table.js';
import { headerSafe } from './header-safe.js';
import { names } from './names.js';

/** A grant as the application is told of it. */
export interface Held {
  readonly grantId: string;
  readonly approver: string;
}

export interface GrantCopy {
  /** The table of a site, replaced by every whole reading: do not keep it. */
  tableOf(site: SiteKey): GrantTable | undefined;
  held(table: GrantTable, slot: number): Held;
  put(grant: GrantRecord): void;
  apply(change: Change): void;
  /** Between these two, changes are kept: the reading may be older than they are. */
  beginReading(): void;
  endReading(grants: readonly GrantRecord[] | null): void;
}

type Tables = Map<SiteKey, GrantTable>;
const MS = 1_000;
const NETWORK_BITS = /\/\d+$/;

export function grantCopy(): GrantCopy {
  const approvers = names();
  const words = addressWords();
  let tables: Tables = new Map();
  let during: Change[] | null = null;
  let revoked = new Set<number>();
  let revokedBefore = new Set<number>();

  const putInto = (into: Tables, grant: GrantRecord): void => {
    if (revoked.has(grant.id) || revokedBefore.has(grant.id)) return;
    if (!parseAddress(grant.address.replace(NETWORK_BITS, ''), words)) return;
    let table = into.get(grant.site);
    if (table === undefined) into.set(grant.site, (table = grantTable()));
    const approver = approvers.numberOf(headerSafe(grant.grantedBy));
    table.put(words, { deadlineSeconds: Math.floor(grant.untilMs / MS), grantId: grant.id, approver });
  };
  const revoke = (grantIds: readonly number[]): void => {
    for (const id of grantIds) revoked.add(id);
    const ids = new Set(grantIds);
    for (const table of tables.values()) table.revoke(ids);
  };
  const apply = (change: Change): void => {
    during?.push(change);
    if (change.kind === 'granted') putInto(tables, change.grant);
    if (change.kind === 'revoked') revoke(change.grantIds);
  };

  return {
    tableOf: (site) => tables.get(site),
    held: (table, slot) => ({
      grantId: String(table.grantIdAt(slot)),
      approver: approvers.nameOf(table.approverAt(slot)),
    }),
    put: (grant) => putInto(tables, grant),
    apply,
    beginReading() {
      during = [];
    },
    endReading(grants) {
      const missed = during ?? [];
      during = null;
      if (grants === null) return;
      const whole: Tables = new Map();
      for (const grant of grants) putInto(whole, grant);
      tables = whole;
      revokedBefore = revoked;
      revoked = new Set();
      for (const change of missed) apply(change);
    },
  };
}
