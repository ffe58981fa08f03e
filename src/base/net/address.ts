/**
 * An address in canonical text: IPv4 as it is, IPv6 as its /64, because a home or a phone has a whole one. An IPv6 address
 * that carries an IPv4 address is that (`carried-address.ts`), zones are dropped. Strict: what only some parsers read is no
 * address.
 */
import ipaddr from 'ipaddr.js';
import { addressWords, type AddressWords } from './address-words.js';
import { parseWritten } from './parse-address.js';
import { isCarryingNetwork, unwrapCarried } from './carried-address.js';

const V4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
const V6_GROUPS = /^[0-9a-f:]{2,39}$/i;
const ZONE = /%[\w.-]{1,64}$/;
const NETWORK = '/64';

/** Null for anything that is not one plain address: no port, no brackets, no octal or short forms, no network. */
export function canonicalAddress(text: string): string | null {
  if (V4.test(text)) return ipaddr.IPv4.isValid(text) ? text : null;
  const bare = inHex(text.replace(ZONE, ''));
  if (!V6_GROUPS.test(bare) || !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  const words = wordsOf(address);
  if (!unwrapCarried(words)) return null;
  return words.family === 4 ? new ipaddr.IPv4(bytesOf(words.w0)).toString() : networkText(words);
}

/** What an operator types: an address, or a network as the gate itself prints it (`2001:db8:1:2::/64`). */
export function typedAddress(text: string): string | null {
  const bare = text.trim();
  if (!bare.includes(':')) return canonicalAddress(bare.replace(/\/32$/, ''));
  const words = addressWords();
  if (!bare.endsWith(NETWORK)) return canonicalAddress(bare);
  return parseWritten(bare.slice(0, -NETWORK.length), words) && words.family === 6 ? networkText(words) : null;
}

/**
 * Reads what `canonicalAddress` wrote, perhaps a former version's: that kept the /64 of addresses that carry IPv4. False for
 * those, because such a /64 is no visitor's.
 */
export function parseCanonical(text: string, into: AddressWords): boolean {
  const isNetwork = text.endsWith(NETWORK);
  if (!parseWritten(isNetwork ? text.slice(0, -NETWORK.length) : text, into)) return false;
  return isNetwork === (into.family === 6) && !isCarryingNetwork(into);
}

/**
 * A dotted tail (RFC 4291, section 2.2) as two groups in hex, where it is as strict as IPv4 alone. The library takes
 * `::203.0.113.7` for IPv4-mapped, and reads more than is an address.
 */
function inHex(text: string): string {
  const tail = /[^:]*$/.exec(text)?.[0] ?? '';
  if (!V4.test(tail) || !ipaddr.IPv4.isValid(tail)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, -tail.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function wordsOf(address: ipaddr.IPv6): AddressWords {
  const view = new DataView(Uint8Array.from(address.toByteArray()).buffer);
  return { family: 6, w0: view.getInt32(0), w1: view.getInt32(4), w2: view.getInt32(8), w3: view.getInt32(12) };
}

function networkText({ w0, w1 }: AddressWords): string {
  const network = [...bytesOf(w0), ...bytesOf(w1), ...bytesOf(0), ...bytesOf(0)];
  return `${new ipaddr.IPv6(network).toRFC5952String()}/64`;
}

function bytesOf(word: number): number[] {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255];
}
