/**
 * The copy of the live grants: one table for each site, kept current by changes and replaced whole by readings. A reading goes
 * page by page, so changes told meanwhile go into both copies: the one in use and the one being read.
 *
 * A revoked grant lets nobody pass, whatever a table or a late hint says of its id. The id is remembered until a reading that
 * began after the revocation has replaced the tables, and for one reading more, because hints may be late.
 */
import type { SiteKey } from '../../approval/brand.js';
import { addressWords, parseAddress, type AddressWords } from '../../base/address-words.js';
import type { Change, GrantRecord, LiveGroup } from '../../contract/ledger.js';
import { headerSafe } from '../header-safe.js';
import { names } from './approver-names.js';
import { digits } from './digits.js';
import { grantTable, type GrantEntry, type GrantTable } from './table.js';

/** A grant as the application is told of it. */
export interface Held {
  readonly grantId: string;
  readonly approver: string;
}

export interface GrantCopy {
  /** The grant that lets this address in at this second; null when there is none. */
  find(site: SiteKey, address: AddressWords, nowSeconds: number): Held | null;
  put(grant: GrantRecord): void;
  apply(change: Change): void;
  /** Begins a new copy; an unfinished one is dropped. */
  beginReading(): void;
  read(groups: readonly LiveGroup[]): void;
  /** Replaces the copy in use by what was read, and told, since `beginReading`. */
  finishReading(): void;
}

type Tables = Map<SiteKey, GrantTable>;

const MS = 1_000;

export function grantCopy(): GrantCopy {
  const approvers = names();
  const words = addressWords();
  const found: GrantEntry = { deadlineSeconds: 0, grantId: 0, approver: 0 };
  let tables: Tables = new Map();
  let inTheMaking: Tables = new Map();
  let revoked = new Set<number>();
  let revokedSinceBegun = new Set<number>();
  let revokedBefore: ReadonlySet<number> = new Set();

  const isRevoked = (grantId: number): boolean => revoked.has(grantId) || revokedBefore.has(grantId);
  const tableOf = (into: Tables, site: SiteKey): GrantTable => {
    const known = into.get(site);
    if (known !== undefined) return known;
    // as large as the table in use, so that it need not grow while it is filled
    const made = grantTable(tables.get(site)?.size);
    into.set(site, made);
    return made;
  };
  const putInto = (table: GrantTable, address: string, entry: Readonly<GrantEntry>): void => {
    if (!isRevoked(entry.grantId) && parseAddress(withoutPrefixLength(address), words)) table.put(words, entry);
  };
  const put = ({ id, site, address, untilMs, grantedBy }: GrantRecord): void => {
    const approver = approvers.numberOf(headerSafe(grantedBy));
    const entry = { deadlineSeconds: Math.floor(untilMs / MS), grantId: id, approver };
    for (const into of new Set([tables, inTheMaking])) putInto(tableOf(into, site), address, entry);
  };

  return {
    find(site, address, nowSeconds) {
      const isHeld = tables.get(site)?.find(address, nowSeconds, found) ?? false;
      if (!isHeld || isRevoked(found.grantId)) return null;
      return { grantId: digits(found.grantId), approver: approvers.nameOf(found.approver) };
    },
    put,
    apply(change) {
      if (change.kind === 'granted') put(change.grant);
      if (change.kind !== 'revoked') return;
      for (const id of change.grantIds) {
        revoked.add(id);
        revokedSinceBegun.add(id);
      }
    },
    beginReading() {
      inTheMaking = new Map();
      revokedSinceBegun = new Set();
    },
    read(groups) {
      for (const { site, grantedBy, ids, addresses, untilsMs } of groups) {
        const table = tableOf(inTheMaking, site);
        const entry: GrantEntry = { ...found, approver: approvers.numberOf(headerSafe(grantedBy)) };
        for (let at = 0; at < ids.length; at += 1) {
          entry.grantId = ids[at] ?? 0;
          entry.deadlineSeconds = Math.floor((untilsMs[at] ?? 0) / MS);
          putInto(table, addresses[at] ?? '', entry);
        }
      }
    },
    finishReading() {
      tables = inTheMaking;
      revokedBefore = revoked;
      revoked = revokedSinceBegun;
      revokedSinceBegun = new Set();
    },
  };
}

/** IPv6 grants are stored as `…/64`. The table uses the first 64 bits only, so the suffix can be dropped. */
function withoutPrefixLength(address: string): string {
  const slash = address.indexOf('/');
  return slash === -1 ? address : address.slice(0, slash);
}
