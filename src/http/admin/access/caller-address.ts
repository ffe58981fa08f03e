/** Where a call of the admin plane comes from, as the public plane reads it: as far as the proxies of `TRUSTED_PROXIES` say. */
import type { IncomingMessage } from 'node:http';
import { canonicalAddress } from '../../../base/net/address.js';
import { addressWords } from '../../../base/net/address-words.js';
import { clientAddresses } from '../../../base/net/client-address.js';
import { networkOf } from '../../../base/net/network-of.js';
import { peerOf } from '../../../base/net/peer.js';

/** Whole, for people to read. The proxy's own where it passed on what is no address. */
export type AddressOf = (request: IncomingMessage) => string;

/** The network that it is counted by. */
export function networkAt(address: string): string {
  return networkOf(canonicalAddress(address) ?? address);
}

export function callerAddresses(trustedProxies: readonly string[], edgeNetworks: readonly string[] = []): AddressOf {
  const clients = clientAddresses(trustedProxies, edgeNetworks);
  const words = addressWords();
  return ({ socket, rawHeaders }) => {
    const peer = peerOf(socket) ?? '';
    const written = clients.of(peer, rawHeaders, words);
    return written === null || canonicalAddress(written) === null ? peer : written;
  };
}
