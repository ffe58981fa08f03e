/**
 * The copy of the live grants: one table for each site, kept current by changes and replaced whole by readings. A reading goes
 * page by page, so changes told meanwhile go into both copies: the one in use and the one being read.
 *
 * A revoked grant lets nobody pass, whatever a table or a late hint says of its id. The id is remembered until a reading that
 * began after the revocation has replaced the tables, and for one reading more, because hints may be late.
 *
 * A grant of a former version may be for what is no visitor's: everybody on a link, or all that a translator carries. It lets
 * nobody pass.
 */
import type { SiteKey } from '../../approval/brand.js';
import { addressWords, type AddressWords } from '../../base/net/address-words.js';
import { parseCanonical } from '../../base/net/address.js';
import { isNobody } from '../../base/net/address-scope.js';
import type { Change, GrantRecord, LiveGroup } from '../../contract/ledger.js';
import { headerSafe } from '../check/header-safe.js';
import { names } from './approver-names.js';
import { digits } from './digits.js';
import { grantTable, type GrantEntry, type GrantTable } from './grant-table.js';

/** A grant as the application is told of it. */
export interface Held {
  readonly grantId: string;
  readonly approver: string;
}

export interface GrantTables {
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

export function grantTables(): GrantTables {
  const approvers = names();
  const words = addressWords();
  const found: GrantEntry = { deadlineSeconds: 0, grantId: 0, approver: 0 };
  let tables: Tables = new Map();
  let inTheMaking: Tables = new Map();
  const revoked = revokedIds();

  const tableOf = (into: Tables, site: SiteKey): GrantTable => {
    const known = into.get(site);
    if (known !== undefined) return known;
    // as large as the table in use, so that it need not grow while it is filled
    const made = grantTable(tables.get(site)?.size);
    into.set(site, made);
    return made;
  };
  const putInto = (table: GrantTable, address: string, entry: Readonly<GrantEntry>): void => {
    if (revoked.has(entry.grantId) || !parseCanonical(address, words) || isNobody(words)) return;
    table.put(words, entry);
  };
  const put = ({ id, site, address, untilMs, grantedBy }: GrantRecord): void => {
    const approver = approvers.numberOf(headerSafe(grantedBy));
    const entry = { deadlineSeconds: Math.floor(untilMs / MS), grantId: id, approver };
    for (const into of new Set([tables, inTheMaking])) putInto(tableOf(into, site), address, entry);
  };

  return {
    find(site, address, nowSeconds) {
      const isHeld = tables.get(site)?.find(address, nowSeconds, found) ?? false;
      if (!isHeld || revoked.has(found.grantId)) return null;
      return { grantId: digits(found.grantId), approver: approvers.nameOf(found.approver) };
    },
    put,
    apply(change) {
      if (change.kind === 'granted') put(change.grant);
      if (change.kind === 'revoked') revoked.add(change.grantIds);
    },
    beginReading() {
      inTheMaking = new Map();
      revoked.beginReading();
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
      revoked.finishReading();
    },
  };
}

/** The ids of revoked grants, each until the reading after the one that began after its revocation has finished. */
function revokedIds() {
  let now = new Set<number>();
  let sinceBegun = new Set<number>();
  let before: ReadonlySet<number> = new Set();
  return {
    has: (grantId: number): boolean => now.has(grantId) || before.has(grantId),
    add(grantIds: readonly number[]): void {
      for (const id of grantIds) {
        now.add(id);
        sinceBegun.add(id);
      }
    },
    beginReading(): void {
      sinceBegun = new Set();
    },
    finishReading(): void {
      before = now;
      now = sinceBegun;
      sinceBegun = new Set();
    },
  };
}
