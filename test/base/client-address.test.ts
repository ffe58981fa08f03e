/** Who knocks: never what an untrusted peer says it is. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIP } from 'node:net';
import { canonicalAddress } from '../../src/base/address.js';
import { addressText } from '../../src/gate/address-text.js';
import { addressWords, parseAddress } from '../../src/base/address-words.js';
import { clientAddresses } from '../../src/base/client-address.js';

const TRUSTED = ['127.0.0.1/32', '10.0.0.0/8', '::1/128', '2001:db8:ffff::/48'];
const clients = clientAddresses(TRUSTED);

function clientOf(peer: string | undefined, ...headers: readonly string[]): string | null {
  const words = addressWords();
  const written = clients.of(peer, headers, words);
  return written === null ? null : addressText(written, words);
}

const XFF = 'X-Forwarded-For';

describe('the client address', () => {
  test.each([
    ['an untrusted peer is itself', '203.0.113.7', [], '203.0.113.7'],
    ['an untrusted peer is itself, whatever it forwards', '203.0.113.7', [XFF, '10.0.0.1'], '203.0.113.7'],
    ['a trusted peer without the header is itself', '127.0.0.1', [], '127.0.0.1'],
    ['a trusted peer tells', '127.0.0.1', [XFF, '203.0.113.7'], '203.0.113.7'],
    ['the right-most foreign hop counts', '127.0.0.1', [XFF, '198.51.100.1, 203.0.113.7'], '203.0.113.7'],
    ['our own hops are passed over', '127.0.0.1', [XFF, '198.51.100.1, 203.0.113.7, 10.1.2.3'], '203.0.113.7'],
    ['with all hops ours, the leftmost', '127.0.0.1', [XFF, '10.9.9.9, 10.1.2.3'], '10.9.9.9'],
    ['repeated lines are one list', '127.0.0.1', [XFF, '198.51.100.1', XFF, '203.0.113.7'], '203.0.113.7'],
    ['the name is read in any case', '127.0.0.1', ['x-forwarded-FOR', '203.0.113.7'], '203.0.113.7'],
    ['a v4-mapped peer is IPv4', '::ffff:203.0.113.7', [], '203.0.113.7'],
    ['a v4-mapped peer in hex is IPv4', '::ffff:cb00:7107', [], '203.0.113.7'],
    ['a v4-mapped trusted peer is trusted', '::ffff:127.0.0.1', [XFF, '203.0.113.7'], '203.0.113.7'],
    ['a zone is dropped', 'fe80::1%eth0', [], 'fe80::1'],
    ['IPv6 is written canonically', '127.0.0.1', [XFF, '2001:DB8:0:1:0:0:0:9'], '2001:db8:0:1::9'],
    ['a trusted IPv6 hop is passed over', '::1', [XFF, '2001:db8::1, 2001:db8:ffff:1::2'], '2001:db8::1'],
    ['a hop that is no address is unknown', '127.0.0.1', [XFF, 'unknown'], null],
    ['a hop with a port is unknown', '127.0.0.1', [XFF, '203.0.113.7:4711'], null],
    ['a hop in brackets is unknown', '127.0.0.1', [XFF, '[2001:db8::1]'], null],
    ['an octal hop is unknown', '127.0.0.1', [XFF, '0203.0.113.7'], null],
    ['an empty header is unknown', '127.0.0.1', [XFF, ''], null],
    ['an empty hop behind ours is unknown', '127.0.0.1', [XFF, '203.0.113.7, , 10.1.1.1'], null],
    ['nothing before the first comma is unknown', '127.0.0.1', [XFF, ',10.1.1.1'], null],
    ['what stands left of the visitor is not read', '127.0.0.1', [XFF, 'rubbish, 203.0.113.7'], '203.0.113.7'],
    ['Forwarded is never read', '127.0.0.1', ['Forwarded', 'for=198.51.100.1'], '127.0.0.1'],
    ['X-Real-IP is never read', '127.0.0.1', ['X-Real-IP', '198.51.100.1'], '127.0.0.1'],
    ['an underscore twin is another header', '127.0.0.1', ['X_Forwarded_For', '198.51.100.1'], '127.0.0.1'],
    ['a closed socket has no address', undefined, [XFF, '203.0.113.7'], null],
  ] as const)('%s', (...[, peer, headers, expected]) => {
    expect(clientOf(peer, ...headers)).toBe(expected);
  });

  const untrusted = fc.ipV4().filter((address) => !address.startsWith('10.') && address !== '127.0.0.1');
  const anything = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.1'));

  test('an untrusted peer is itself, whatever headers it sends', () => {
    fc.assert(
      fc.property(
        untrusted,
        fc.array(fc.tuple(fc.constantFrom(XFF, 'Forwarded', 'X-Real-IP', 'X_Forwarded_For'), anything)),
        (peer, lines) => {
          expect(clientOf(peer, ...lines.flat())).toBe(peer);
        },
      ),
    );
  });

  test('behind a trusted proxy nothing a visitor wrote itself is ever taken', () => {
    const written = fc.array(
      anything.map((hop) => hop.replaceAll(',', ';')),
      { maxLength: 5 },
    );
    const ours = fc.array(fc.constantFrom('10.1.2.3', '127.0.0.1', '10.200.0.1'), { maxLength: 3 });
    fc.assert(
      fc.property(written, untrusted, ours, (claimed, seen, hops) => {
        expect(clientOf('127.0.0.1', XFF, [...claimed, seen, ...hops].join(', '))).toBe(seen);
      }),
    );
  });
});

describe('addresses as integers', () => {
  const candidates = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.ipV4().map((v4) => `::ffff:${v4}`),
    fc.ipV6().map((v6) => `${v6}%eth0`),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefg:.%'.split('')), maxLength: 24 }),
    fc
      .array(fc.constantFrom('0', '1', 'ffff', 'a1', '', '12345', '1.2.3.4', '0.0.0.256'), { maxLength: 9 })
      .map((groups) => groups.join(':')),
  );

  test('what is an address is what the house says is one', () => {
    fc.assert(
      fc.property(candidates, (text) => {
        expect(parseAddress(text, addressWords())).toBe(canonicalAddress(text) !== null);
      }),
      { numRuns: 5_000 },
    );
  });

  test('an address reads the same in every spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const [one, other] = [addressWords(), addressWords()];
        parseAddress(text, one);
        const canonical = addressText(text, one);
        parseAddress(canonical, other);
        expect(isIP(canonical)).not.toBe(0);
        expect(other).toEqual(one);
      }),
      { numRuns: 2_000 },
    );
  });
});
