/** A site as the check needs it: found by host, its permanent networks as integers, its headers already written. */
import type { Directory, Site } from '../approval/site.js';
import { networkSet, type NetworkSet } from '../base/network-set.js';

export interface SiteEntry {
  readonly site: Site;
  readonly permanent: NetworkSet;
}

export interface SiteIndex {
  /** `Host` as it was sent, port and all. */
  of(host: string): SiteEntry | undefined;
}

const PORT = /:\d{1,5}$/;

/** Follows a reload: the directory is replaced whole, and then so is this index. */
export function siteIndex(directory: () => Directory): SiteIndex {
  let known: Directory | undefined;
  let byHost = new Map<string, SiteEntry>();
  const refresh = (current: Directory): void => {
    known = current;
    byHost = new Map();
    for (const site of current.sites) {
      const entry = { site, permanent: networkSet(site.permanentNetworks) };
      for (const domain of site.domains) byHost.set(domain, entry);
    }
  };
  return {
    of(host) {
      const current = directory();
      if (current !== known) refresh(current);
      return byHost.get(host) ?? byHost.get(bareHost(host));
    },
  };
}

/** Lower case, without port and trailing dot. */
export function bareHost(host: string): string {
  const bare = host.toLowerCase().replace(PORT, '');
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}
