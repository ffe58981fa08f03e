/**
 * A site as the check needs it: found by the name in the check's URL and by host, its permanent networks as integers. A host
 * that fits a pattern of sites.toml has an entry of its own, made when it is first asked for.
 */
import { isPattern, patternOver, siteAt } from '../../approval/site-pattern.js';
import type { Directory, Site } from '../../approval/site.js';
import { networkSet, type NetworkSet } from '../../base/net/network-set.js';

export interface SiteEntry {
  readonly site: Site;
  /** As sites.toml has it: another object than `site` for a host that fits a pattern. */
  readonly table: Site;
  readonly permanent: NetworkSet;
}

/** Why a check is refused: its host does not belong to the site that it names, no site has that name, or it must name one. */
export type NotGuarded = 'foreign' | 'unknown_name' | 'unnamed';

export interface SiteIndex {
  /** `Host` as it was sent, port and all. */
  of(host: string): SiteEntry | undefined;
  /**
   * The site that a check guards. `name` as its URL spells it: the host must be one of the very site that has this name, or
   * a visitor could choose another site's rules by the host he sends. Null where the check is unnamed.
   */
  guarded(name: string | null, host: string): SiteEntry | NotGuarded;
}

const PORT = /:\d{1,5}$/;
const FIRST_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\./;
/** Visitors may ask for any host that fits a pattern: the oldest entry makes room, and is made again when it is asked for. */
export const MAX_PATTERN_HOSTS = 1_000;

/** Follows a reload: the directory is replaced whole, and then so is this index. */
export function siteIndex(directory: () => Directory): SiteIndex {
  let known: Directory | undefined;
  /** By every domain, patterns included. */
  let named = new Map<string, SiteEntry>();
  let hosts = new Map<string, SiteEntry>();
  const refresh = (current: Directory): void => {
    known = current;
    named = new Map();
    hosts = new Map();
    for (const table of current.sites) {
      const entry = { site: table, table, permanent: networkSet(table.permanentNetworks) };
      for (const domain of table.domains) named.set(domain, entry);
    }
  };
  const ofPattern = (host: string): SiteEntry | undefined => {
    const found = hosts.get(host);
    if (found !== undefined) return found;
    const pattern = patternOver(host);
    const over = named.get(pattern);
    if (over === undefined || !FIRST_LABEL.test(host)) return undefined;
    const [oldest] = hosts.keys();
    if (oldest !== undefined && hosts.size >= MAX_PATTERN_HOSTS) hosts.delete(oldest);
    const entry = { ...over, site: siteAt(over.table, { pattern, host }) };
    hosts.set(host, entry);
    return entry;
  };
  const of = (host: string): SiteEntry | undefined => {
    const current = directory();
    if (current !== known) refresh(current);
    const plain = named.get(host);
    if (plain !== undefined && !isPattern(host)) return plain;
    const bare = bareHost(host);
    return isPattern(bare) ? undefined : (named.get(bare) ?? ofPattern(bare));
  };
  const guardedByTable = ({ table }: SiteEntry, entry: SiteEntry | undefined): SiteEntry | NotGuarded =>
    entry?.table === table ? entry : 'foreign';
  /** Spelled in another way, or the name of one preview host: that very host alone is meant then. */
  const guardedByOther = (name: string, entry: SiteEntry | undefined): SiteEntry | NotGuarded => {
    const meant = named.get(name);
    if (meant !== undefined) return guardedByTable(meant, entry);
    const host = of(name);
    if (host === undefined) return 'unknown_name';
    return entry?.site.key === host.site.key ? entry : 'foreign';
  };
  return {
    of,
    guarded(name, host) {
      const entry = of(host);
      if (name === null) {
        if (!mayBeUnnamed(directory())) return 'unnamed';
        return entry ?? 'foreign';
      }
      const meant = named.get(name);
      return meant === undefined ? guardedByOther(plainName(name), entry) : guardedByTable(meant, entry);
    },
  };
}

/** With one site there is nothing to choose by a header; with several, the operator has to say that his proxy prevents it. */
export function mayBeUnnamed({ sites, unnamedChecks }: Directory): boolean {
  return unnamedChecks || sites.length <= 1;
}

/** A name as `sites.toml` spells it; empty where it is not well encoded. */
function plainName(name: string): string {
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return '';
  }
}

/** Lower case, without port and trailing dot. */
export function bareHost(host: string): string {
  const bare = host.toLowerCase().replace(PORT, '');
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}
