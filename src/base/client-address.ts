/**
 * The client's address. The remote address, unless it is a trusted proxy: then `X-Forwarded-For`, and no other header, read
 * right to left to the first hop that is not a trusted proxy, or the leftmost when all are. A hop that is no address means
 * unknown, and unknown is refused: a guess could let the wrong visitor in.
 */
import { addressWords, parseAddress, type AddressWords } from './address-words.js';
import { headerLines, type RawHeaders } from './raw-headers.js';
import { networkSet } from './network-set.js';

export interface ClientAddresses {
  isTrusted(peer: string | undefined): boolean;
  /** The address as it was written, its words in `into`; null when it is unknown. */
  of(peer: string | undefined, raw: RawHeaders, into: AddressWords): string | null;
}

export function clientAddresses(trustedProxies: readonly string[]): ClientAddresses {
  const trusted = networkSet(trustedProxies);
  const own = addressWords();
  const isOurs = (hop: AddressWords): boolean => trusted.has(hop);
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
  return {
    isTrusted,
    of(peer, raw, into) {
      if (peer === undefined) return null;
      const chain = isTrusted(peer) ? headerLines(raw, 'x-forwarded-for') : undefined;
      if (chain === undefined) return parseAddress(peer, into) ? peer : null;
      // one hop, as one proxy writes it: no comma to look for, and whose it is makes no difference
      return parseAddress(chain, into) ? chain : firstForeign(chain, isOurs, into);
    },
  };
}

function firstForeign(chain: string, isOurs: (hop: AddressWords) => boolean, into: AddressWords): string | null {
  let end = chain.length;
  for (;;) {
    const comma = chain.lastIndexOf(',', end - 1);
    const hop = chain.slice(comma + 1, end).trim();
    if (!parseAddress(hop, into)) return null;
    if (!isOurs(into) || comma === -1) return hop;
    if (comma === 0) return null; // an empty hop before it
    end = comma;
  }
}
