/** Lists of networks: none covers more than anybody means, and none is written so that it matches nobody. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';
import { networkSet } from '../../src/base/net/network-set.js';
import { networkWrong, wideWrong } from '../../src/base/net/network.js';
import { tooWide } from '../../src/base/net/wide-networks.js';

const slash8 = (first: number): string => `${String(first)}.0.0.0/8`;
const FLAG = 'allow_wide_networks = true';

describe('too wide is', () => {
  test.each([
    ['half of the internet', ['0.0.0.0/1'], '0.0.0.0/1'],
    ['a /7', ['10.0.0.0/7'], '10.0.0.0/7'],
    ['the internet in halves', ['0.0.0.0/1', '128.0.0.0/1'], '0.0.0.0/0'],
    ['the same the other way round', ['128.0.0.0/1', '0.0.0.0/1'], '0.0.0.0/0'],
    ['two /8 side by side', ['11.0.0.0/8', '10.0.0.0/8'], '10.0.0.0/7'],
    ['256 of them', Array.from({ length: 256 }, (_, first) => slash8(first)), '0.0.0.0/0'],
    ['four /9', ['10.0.0.0/9', '10.128.0.0/9', '11.0.0.0/9', '11.128.0.0/9'], '10.0.0.0/7'],
    ['overlapping ones', ['10.0.0.0/8', '10.1.0.0/16', '11.0.0.0/9', '11.128.0.0/10', '11.192.0.0/10'], '10.0.0.0/7'],
    ['every second /8', Array.from({ length: 128 }, (_, half) => slash8(half * 2)), null],
    ['all of global IPv6', ['2000::/3'], '2000::/3'],
    ['an IPv6 /18', ['2a00::/18'], '2a00::/18'],
    ['IPv6 in halves', ['::/1', '8000::/1'], '::/0'],
    ['two IPv6 /19 side by side', ['2a00:2000::/19', '2a00::/19'], '2a00::/18'],
    ['every second IPv6 /19', ['2a00::/19', '2a00:4000::/19', '2a00:8000::/19', '2a00:c000::/19', '2a01::/19'], null],
    ['one family, beside a narrow other', ['10.0.0.0/8', '2000::/4'], '2000::/4'],
  ])('%s', (_, networks, covered) => {
    expect(tooWide(networks)?.network).toBe(covered);
  });

  test.each([
    ['nothing', []],
    ['one /8', ['10.0.0.0/8']],
    ['all private networks', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8']],
    ['a /8 twice, and in its parts', ['10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9']],
    ['an IPv6 /19', ['2a00::/19']],
    ['private IPv6', ['fc00::/7', 'fd00::/8']],
    ['single addresses', ['203.0.113.7', '2001:db8::1', '::1/128']],
  ])('not: %s', (_, networks) => {
    expect(tooWide(networks)).toBeNull();
  });

  test('a union of any shape, as soon as it covers a whole /7', () => {
    const cut = fc.integer({ min: 8, max: 14 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 127 }), cut, fc.boolean(), (half, bits, isTurned) => {
        const size = 2 ** (32 - bits);
        const parts = Array.from({ length: 2 ** (bits - 7) }, (_, index) => {
          const start = half * 2 ** 25 + index * size;
          return `${[24, 16, 8, 0].map((shift) => String(Math.floor(start / 2 ** shift) % 256)).join('.')}/${String(bits)}`;
        });

        expect(tooWide(isTurned ? parts.reverse() : parts)?.network).toMatch(/\/7$/);
        expect(tooWide(parts.slice(1))).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

test('a flag allows a wide list, and never all addresses', () => {
  const told = (networks: readonly string[], isAllowed: boolean): string | undefined =>
    wideWrong(networks, { isAllowed, flag: FLAG })?.problem;

  expect(told(['0.0.0.0/1'], false)).toBe('a network covers 0.0.0.0/1, which is wider than /8');
  expect(told(['0.0.0.0/1'], true)).toBeUndefined();
  expect(told(['10.0.0.0/8', '11.0.0.0/8'], false)).toBe(
    'together these networks cover 10.0.0.0/7, which is wider than /8',
  );
  expect(told(['0.0.0.0/1', '128.0.0.0/1'], true)).toBe('together these networks match every IPv4 address');
  expect(wideWrong(['2000::/3'], { isAllowed: false, flag: FLAG })?.cure).toContain(FLAG);
});

describe('a network that carries IPv4 is refused with the IPv4 form', () => {
  test.each([
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::192.0.2.7/128', '192.0.2.7/32'],
    ['::ffff:0:192.0.2.0/120', '192.0.2.0/24'],
    ['64:ff9b::192.0.2.0/120', '192.0.2.0/24'],
    ['64:ff9b:1:c000::/64', '192.0.0.0/16'],
    ['64:ff9b:1:c000:2::/80', '192.0.2.0/24'],
    ['64:ff9b:1:c000:2:700::/88', '192.0.2.7/32'],
    ['64:ff9b:1:c000:2:700::/128', '192.0.2.7/32'],
    ['64:ff9b:1:5::192.0.2.0/120', '192.0.2.0/24'],
    ['2002:c000:200::/40', '192.0.2.0/24'],
    ['2002:c000:207::/48', '192.0.2.7/32'],
    ['2002:c000:207:1::/64', '192.0.2.7/32'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdf8/128', '192.0.2.7/32'],
  ])('%s: %s', (network, plain) => {
    expect(networkWrong(network, { bare: true })?.cure).toBe(`Write it as IPv4: "${plain}".`);
  });

  test.each(['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96', '2001:0:4136:e378::/64'])(
    '%s stands for many',
    (network) => {
      expect(networkWrong(network, { bare: true })?.cure).toBe('Name the IPv4 networks that are meant.');
    },
  );

  test.each([
    '::1/128',
    '::1',
    '2001:db8::/32',
    '2001:1::/32',
    '2003::/19',
    '64:ff9b:2::/48',
    'fe80::/19',
    '192.0.2.0/24',
  ])('%s carries none', (network) => {
    expect(networkWrong(network, { bare: true })).toBeNull();
  });

  test('the IPv4 form holds the very visitors that are meant', () => {
    const words = addressWords();
    parseAddress('64:ff9b:1:c000:2:700::', words);

    expect(networkSet(['192.0.2.7/32']).has(words)).toBe(true);
  });
});
