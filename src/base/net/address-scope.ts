/**
 * Whether an address can be one visitor's. Some never are: what stands for no host or for all of them. Others are this
 * machine's or the proxy's own: whoever grants one of these lets in everybody whose address the proxy hides.
 */
import { parseCanonical } from './address.js';
import { addressWords, type AddressWords } from './address-words.js';
import { isLoopbackV4 } from './reachable-from.js';
import { networkSet } from './network-set.js';

/**
 * `visitor`: perhaps somebody's. `proxy`: loopback, IPv4 link-local, a trusted proxy's or an edge's. `nobody`: unspecified, multicast,
 * reserved, every host of an IPv6 link (all of `fe80::/10` counts by one /64), or all that a translator carries.
 */
export type AddressScope = 'visitor' | 'proxy' | 'nobody';

/**
 * Of an address in canonical text. The IPv6 form is a /64: it is a proxy's where `TRUSTED_PROXIES` or `EDGE_NETWORKS`
 * hold the whole of it.
 */
export type ScopeOf = (canonical: string) => AddressScope;

/** Throws for a text that is no network. Configuration refuses those first, so that would be a bug. */
export function addressScope(trustedProxies: readonly string[], edgeNetworks: readonly string[] = []): ScopeOf {
  const ours = networkSet([...trustedProxies, ...edgeNetworks].filter(isWholeVisitors));
  const words = addressWords();
  return (canonical) => {
    if (!parseCanonical(canonical, words) || isNobody(words)) return 'nobody';
    return isThisMachine(words) || ours.has(words) ? 'proxy' : 'visitor';
  };
}

const LINK_LOCAL_V4 = 0xa9fe;
const LINK_LOCAL_V6 = 0xfe80 >>> 6;
const MULTICAST_V4 = 224;
const MULTICAST_V6 = 0xff;

/** Of an address, or of the /64 that it counts by. */
export function isNobody({ family, w0 }: AddressWords): boolean {
  if (family === 4) return w0 >>> 24 === 0 || w0 >>> 24 >= MULTICAST_V4;
  return w0 >>> 22 === LINK_LOCAL_V6 || w0 >>> 24 === MULTICAST_V6;
}

/** IPv4 loopback and link-local; the /64 of `::1`, in which no other address is taken for one. */
export function isThisMachine({ family, w0, w1 }: AddressWords): boolean {
  if (family === 6) return w0 === 0 && w1 === 0;
  return isLoopbackV4(w0) || w0 >>> 16 === LINK_LOCAL_V4;
}

/**
 * Whether a network holds the whole of every address that visitors count by. A proxy's single IPv6 address, or a network smaller
 * than a /64, does not make a proxy of everybody else in its /64.
 */
export function isWholeVisitors(network: string): boolean {
  const [address = '', bits] = network.split('/');
  return !address.includes(':') || address.includes('.') || (bits !== undefined && Number(bits) <= 64);
}
