/**
 * Whether anybody may be let in by an address. Everything that opens a request or writes a grant asks here first: visitors'
 * access requests, producers, approvals, extensions and grants by hand.
 */
import type { RefusedBecause } from '../../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import type { Directory } from '../../approval/site.js';
import { addressScope, type ScopeOf } from '../../base/net/address-scope.js';

export type AddressRefusal = Extract<RefusedBecause, 'address_of_a_proxy' | 'address_of_nobody'>;

export interface VisitorAddresses {
  /** By the proxies of this installation: for our own sites. */
  readonly ofOurs: ScopeOf;
  /** For a producer's own host, whose proxies are not ours. */
  readonly ofOthers: ScopeOf;
}

export function visitorAddresses(
  trustedProxies: readonly string[],
  edgeNetworks: readonly string[] = [],
): VisitorAddresses {
  return { ofOurs: addressScope(trustedProxies, edgeNetworks), ofOthers: addressScope([]) };
}

/** `site`: null for a producer's own host. Null when it may be somebody's, or the site says `allow_proxy_address = true`. */
export function addressRefusal(
  deps: { readonly directory: () => Directory; readonly addresses: VisitorAddresses },
  { site, address }: { readonly site: SiteKey | null; readonly address: VisitorAddress },
): AddressRefusal | null {
  const { ofOurs, ofOthers } = deps.addresses;
  switch (site === null ? ofOthers(address) : ofOurs(address)) {
    case 'visitor':
      return null;
    case 'nobody':
      return 'address_of_nobody';
    case 'proxy':
      return site !== null && deps.directory().siteOf(site)?.allowProxyAddress === true ? null : 'address_of_a_proxy';
  }
}
