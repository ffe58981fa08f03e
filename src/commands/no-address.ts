/** What is said to somebody who typed something else where an address belongs. */
import { canonicalAddress } from '../base/net/address.js';
import { withoutPort } from '../base/net/client-address.js';

export function noAddressSentence(typed: string): string {
  const bare = withoutPort(typed);
  if (bare !== null && canonicalAddress(bare) !== null)
    return `“${typed}” is more than an address, and a port makes no difference here. Write ${bare}.`;
  const [address = '', bits] = typed.split('/');
  if (bits !== undefined && canonicalAddress(address) !== null)
    return `“${typed}” is a network, and this is for one address. Networks that always pass stand in sites.toml, as permanent_whitelist.`;
  return `“${typed}” is no address. Write one like 203.0.113.7 or 2001:db8:1:2::7.`;
}
