/**
 * The client's address. The remote address, unless it is a trusted proxy: then `X-Forwarded-For`, and no other header,
 * read right to left to the first hop that is neither a trusted proxy nor an edge in front of one, or the leftmost when
 * all are. A hop may have a port behind it, as some gateways write it (Azure Application Gateway does). A hop that is
 * no address means unknown, and unknown is refused: a guess could let the wrong visitor in.
 */
import { addressWords, type AddressWords } from './address-words.js';
import { parseAddress } from './parse-address.js';
import { isThisMachine, isWholeVisitors } from './address-scope.js';
import { headerLines, type RawHeaders } from './raw-headers.js';
import { networkSet } from './network-set.js';

export interface ClientAddresses {
  isTrusted(peer: string | undefined): boolean;
  /**
   * Whether this is a trusted proxy's or an edge's single IPv6 address, in whose /64 there may be visitors. Not `::1`,
   * which has nobody beside it.
   */
  isLoneProxy(address: AddressWords): boolean;
  /** The address as it was written, its words in `into`; null when it is unknown. */
  of(peer: string | undefined, raw: RawHeaders, into: AddressWords): string | null;
  /** The same where the lines of `X-Forwarded-For` were found already; undefined where there is none. */
  ofForwarded(peer: string | undefined, forwardedFor: string | undefined, into: AddressWords): string | null;
}

/** `edgeNetworks`: hops that are skipped, and peers that are not believed. */
export function clientAddresses(
  trustedProxies: readonly string[],
  edgeNetworks: readonly string[] = [],
): ClientAddresses {
  const trusted = networkSet(trustedProxies);
  const skipped = [...trustedProxies, ...edgeNetworks];
  const ours = networkSet(skipped);
  const lone = networkSet(skipped.filter((network) => !isWholeVisitors(network)));
  const own = addressWords();
  const isOurs = (hop: AddressWords): boolean => ours.has(hop);
  // proxies keep their connections open, so the last peer is usually the same: its answer is remembered
  let lastPeer: string | undefined;
  let isLastTrusted = false;
  const isTrusted = (peer: string | undefined): boolean => {
    if (peer === undefined) return false;
    if (peer !== lastPeer) {
      isLastTrusted = parseAddress(peer, own) && trusted.has(own);
      lastPeer = peer;
    }
    return isLastTrusted;
  };
  const ofForwarded: ClientAddresses['ofForwarded'] = (peer, forwardedFor, into) => {
    if (peer === undefined) return null;
    const chain = isTrusted(peer) ? forwardedFor : undefined;
    if (chain === undefined) return parseAddress(peer, into) ? peer : null;
    // one hop, as one proxy writes it: no comma to look for, and whose it is makes no difference
    return parseAddress(chain, into) ? chain : firstForeign(chain, isOurs, into);
  };
  return {
    isTrusted,
    isLoneProxy: (address) => lone.has(address) && !isThisMachine(address),
    of: (peer, raw, into) => ofForwarded(peer, headerLines(raw, 'x-forwarded-for'), into),
    ofForwarded,
  };
}

/** Optional white space of a list (RFC 9110, section 5.6.3). What else looks like a space makes a hop no address. */
const AROUND = /^[ \t]+|[ \t]+$/g;
const V4_WITH_PORT = /^(\d[\d.]{6,14}):([1-9]\d{0,4})$/;
const BRACKETED_V6 = /^\[([^\][]*:[^\][]*)\](?::([1-9]\d{0,4}))?$/;
const MAX_PORT = 65_535;

function firstForeign(chain: string, isOurs: (hop: AddressWords) => boolean, into: AddressWords): string | null {
  let end = chain.length;
  for (;;) {
    const comma = chain.lastIndexOf(',', end - 1);
    const hop = addressOfHop(chain.slice(comma + 1, end).replace(AROUND, ''), into);
    if (hop === null) return null;
    if (!isOurs(into) || comma === -1) return hop;
    if (comma === 0) return null; // an empty hop before it
    end = comma;
  }
}

/** The address of `203.0.113.7`, `203.0.113.7:51234`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`; null for anything else. */
function addressOfHop(hop: string, into: AddressWords): string | null {
  if (parseAddress(hop, into)) return hop;
  const bare = withoutPort(hop);
  return bare !== null && parseAddress(bare, into) ? bare : null;
}

/** What stands before a port or within brackets, which need not be an address; null where there is neither. */
export function withoutPort(text: string): string | null {
  const [, bare, port = '1'] = V4_WITH_PORT.exec(text) ?? BRACKETED_V6.exec(text) ?? [];
  return bare !== undefined && Number(port) <= MAX_PORT ? bare : null;
}
