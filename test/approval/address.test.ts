/** One canonical text an address, whatever form it came in; what is not plainly an address is none. */
import { describe, expect, test } from '@jest/globals';
import { addressWords } from '../../src/base/net/address-words.js';
import { canonicalAddress, parseCanonical, typedAddress } from '../../src/base/net/address.js';

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
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['64:ff9b:1:cb00:71:700::', '203.0.113.7'],
    ['64:ff9b:1:7::203.0.113.7', '203.0.113.7'],
    ['64:ff9b:1:7::10.1.2.3', '10.1.2.3'],
    ['2002:cb00:7107:5::9', '203.0.113.7'],
    ['2001:0:4136:e378:8000:63bf:34ff:8ef8', '203.0.113.7'],
    ['::ffff:0:203.0.113.7', '203.0.113.7'],
    ['::203.0.113.7', '203.0.113.7'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::', '0.0.0.0'],
    ['2001:db8:1:2:0:5efe:203.0.113.7', '2001:db8:1:2::/64'],
    ['2001:1::1', '2001:1::/64'],
    ['2003:cb00:7107::1', '2003:cb00:7107::/64'],
    ['64:ff9b:2::1', '64:ff9b:2::/64'],
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
    '64:ff9b::127.0.0.1',
    '64:ff9b::10.1.2.3',
    '64:ff9b::1:203.0.113.7',
    '64:ff9b:1::127.0.0.1',
    '64:ff9b:1:cb00:71:701::',
    '64:ff9b:1:cb00:171:700::',
    '2002:7f00:1::1',
    '2002:c0a8:101::1',
    '2002:a9fe:1::1',
    '2002:e000:1::1',
    '2001:0:4136:e378:8000:63bf:80ff:fffe',
    '::ffff:0:169.254.1.1',
    '::100.64.0.1',
    '::5',
    '::1:0:0:5',
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
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['::/64', '::/64'],
    ['64:ff9b::/64', '64:ff9b::/64'],
  ])('%p may look as the gate prints it', (typed, canonical) => {
    expect(typedAddress(typed)).toBe(canonical);
  });

  test.each(['203.0.113.0/24', '2001:db8::/48'])('%s is more than one visitor', (typed) => {
    expect(typedAddress(typed)).toBeNull();
  });
});

describe('what a former version kept', () => {
  test.each(['203.0.113.7', '2001:db8:1:2::/64', '::/64', 'fe80::/64'])('%s is read as ever', (kept) => {
    expect(parseCanonical(kept, addressWords())).toBe(true);
  });

  test.each(['64:ff9b::/64', '64:ff9b:1:cb00::/64', '2002:cb00:7107::/64', '2001:0:4136:e378::/64'])(
    '%s was of many visitors, and is now of none',
    (kept) => {
      expect(parseCanonical(kept, addressWords())).toBe(false);
    },
  );
});
