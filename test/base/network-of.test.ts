/** The network that an address is counted by. */
import { expect, test } from '@jest/globals';
import { networkOf } from '../../src/base/net/network-of.js';

test.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['10.1.2.255', '10.1.2.0/24'],
  ['2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:db8:1:ffff:1:2:3:4', '2001:db8:1::/48'],
  ['2001:db8::/64', '2001:db8::/48'],
  ['somewhere', 'somewhere'],
  ['', ''],
])('%s is counted in %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
