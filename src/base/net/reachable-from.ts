/** Whether an address can be reached from this machine alone: a listener's, a peer's, or that of a server we call. */
import { addressWords } from './address-words.js';
import { parseAddress } from './parse-address.js';

const LOOPBACK_V4 = 127;

/** False for what is no address: nobody knows who reaches a name. */
export function isLoopback(host: string): boolean {
  const words = addressWords();
  if (!parseAddress(host, words)) return false;
  if (words.family === 4) return isLoopbackV4(words.w0);
  return words.w0 === 0 && words.w1 === 0 && words.w2 === 0 && words.w3 === 1;
}

/** Of an IPv4 address as one word (RFC 1122, section 3.2.1.3). */
export function isLoopbackV4(word: number): boolean {
  return word >>> 24 === LOOPBACK_V4;
}

/** Of a host that is called, which may be a name or stand in brackets; every resolver has `localhost` on this machine. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, ''));
}

/** The host of a URL or a `Host` header: an IPv6 address goes in brackets. */
export function hostInUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
