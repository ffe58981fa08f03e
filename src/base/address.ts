/**
 * An address in canonical text: IPv4 as it is, IPv6 as its /64, because a home or a phone has a whole one. v4-mapped
 * forms are IPv4, zones are dropped. Strict: what only some parsers read is no address.
 */
import ipaddr from 'ipaddr.js';

const V4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
const V6_GROUPS = /^[0-9a-f:]{2,39}$/i;
const ZONE = /%[\w.-]{1,64}$/;
const NETWORK_BYTES = 8;

/** Null for anything that is not one plain address: no port, no brackets, no octal or short forms, no network. */
export function canonicalAddress(text: string): string | null {
  if (V4.test(text)) return ipaddr.IPv4.isValid(text) ? text : null;
  const bare = text.replace(ZONE, '');
  if (!isPlainV6(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  const network = address.toByteArray().map((byte, index) => (index < NETWORK_BYTES ? byte : 0));
  return `${new ipaddr.IPv6(network).toRFC5952String()}/64`;
}

/** What an operator types: an address, or a network as the gate itself prints it (`2001:db8:1:2::/64`). */
export function typedAddress(text: string): string | null {
  const bare = text.trim();
  return canonicalAddress(bare.replace(bare.includes(':') ? /\/64$/ : /\/32$/, ''));
}

/** Groups in hex, with or without a dotted tail (RFC 4291, section 2.2); the tail is as strict as IPv4 alone. */
function isPlainV6(text: string): boolean {
  const tail = /[^:]*$/.exec(text)?.[0] ?? '';
  if (tail.includes('.') && !V4.test(tail)) return false;
  const groups = tail.includes('.') ? text.slice(0, -tail.length) : text;
  return V6_GROUPS.test(groups) && ipaddr.IPv6.isValid(text);
}
