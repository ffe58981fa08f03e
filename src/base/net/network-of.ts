/**
 * The network that an address is counted by, where many addresses cost nothing: the /48 of an IPv6 address, which is what one
 * customer is given (RFC 6177), and the /24 of an IPv4 one.
 */
import ipaddr from 'ipaddr.js';

const V6_BYTES = 6;
const V4_BYTES = 3;

/** `address`: canonical, an IPv6 one as its /64. What is no address is a network of its own. */
export function networkOf(address: string): string {
  const bare = address.replace(/\/\d{1,3}$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) {
    return `${bare.split('.').slice(0, V4_BYTES).join('.')}.0/24`;
  }
  if (!ipaddr.IPv6.isValid(bare)) return address;
  const bytes = ipaddr.IPv6.parse(bare).toByteArray();
  const network = new ipaddr.IPv6(bytes.map((byte, index) => (index < V6_BYTES ? byte : 0)));
  return `${network.toRFC5952String()}/48`;
}
