/** One canonical text an address, whatever form it came in; what is not plainly an address is none. */
import { describe, expect, test } from '@jest/globals';
import { canonicalAddress, typedAddress } from '../../src/base/address.js';

describe('the canonical address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8:1::6', '2001:db8:1::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '64:ff9b::/64'],
  ])('of %s is %s', (given, canonical) => {
    expect(canonicalAddress(given)).toBe(canonical);
  });

  test.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '0xcb007107',
    '3405803783',
    '203.0.113.7:443',
    '[2001:db8::1]',
    '2001:db8::1/64',
    '1::2::3',
    '::ffff:203.0.113.007',
    '::ffff:999.0.113.7',
    '12345::1',
    ' 203.0.113.7',
    '203.0.113.7%eth0',
    'unknown',
    'fe80::1%',
  ])('there is none in %p', (given) => {
    expect(canonicalAddress(given)).toBeNull();
  });

  test('two addresses of one /64 are one visitor', () => {
    expect(canonicalAddress('2001:db8:1:2::1')).toBe(canonicalAddress('2001:db8:1:2:ffff::9'));
  });
});

describe('an address that is typed', () => {
  test.each([
    ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
  ])('%p may look as the gate prints it', (typed, canonical) => {
    expect(typedAddress(typed)).toBe(canonical);
  });

  test.each(['203.0.113.0/24', '2001:db8::/48'])('%s is more than one visitor', (typed) => {
    expect(typedAddress(typed)).toBeNull();
  });
});
