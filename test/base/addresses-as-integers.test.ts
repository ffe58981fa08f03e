/** Addresses as integers: what is one, and which visitor it names. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { canonicalAddress, parseCanonical } from '../../src/base/net/address.js';
import { addressText } from '../../src/base/net/address-text.js';
import { addressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';

/** An IPv4 address in each form that carries one. */
const carrying = fc
  .tuple(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: formsOf(0).length - 1 }))
  .map(([bits, form]) => formsOf(bits)[form] ?? '');

describe('addresses as integers', () => {
  const candidates = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.ipV4().map((v4) => `::ffff:${v4}`),
    carrying,
    fc
      .constantFrom('64:ff9b:', '64:ff9b:1:', '2002:', '2001:', '::ffff:', 'fe80:', '::')
      .chain((start) =>
        fc
          .array(fc.constantFrom('0', '1', 'cb00', '7107', 'ff', 'ffff', ''), { maxLength: 6 })
          .map((rest) => start + rest.join(':')),
      ),
    fc.ipV6().map((v6) => `${v6}%eth0`),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefg:.%'.split('')), maxLength: 24 }),
    fc
      .array(fc.constantFrom('0', '1', 'ffff', 'a1', '', '12345', '1.2.3.4', '0.0.0.256'), { maxLength: 9 })
      .map((groups) => groups.join(':')),
  );

  test('what is an address is what the gate says is one', () => {
    fc.assert(
      fc.property(candidates, (text) => {
        expect(parseAddress(text, addressWords())).toBe(canonicalAddress(text) !== null);
      }),
      { numRuns: 5_000 },
    );
  });

  test('both name the same visitor', () => {
    fc.assert(
      fc.property(fc.oneof(candidates, carrying), (text) => {
        const words = addressWords();
        fc.pre(parseAddress(text, words));
        const whole = addressText(text, words);
        const expected = words.family === 4 ? whole : `${networkOf(whole)}/64`;
        const stored = addressWords();

        expect(canonicalAddress(text)).toBe(expected);
        expect(parseCanonical(expected, stored)).toBe(true);
        expect([stored.family, stored.w0, stored.w1 === words.w1]).toEqual([words.family, words.w0, true]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('what carries a public IPv4 address is this address, in every form and on both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }).filter(isPublic), (bits) => {
        const v4 = dotted(bits);
        for (const text of formsOf(bits)) {
          const words = addressWords();

          const isRead = parseAddress(text, words) && words.family === 4 && words.w0 === (bits | 0);
          if (!isRead || canonicalAddress(text) !== v4) throw new Error(`${text} is not read as ${v4}`);
        }
      }),
      { numRuns: 2_000 },
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

/** Every form that carries these 32 bits, but IPv4-mapped, which may carry any. */
function formsOf(bits: number): readonly string[] {
  const [a = '', b = '', c = '', d = ''] = [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].map(hex);
  const inverted = ~bits >>> 0;
  return [
    `::${dotted(bits)}`,
    `::ffff:0:${dotted(bits)}`,
    `::FFFF:0:${a}${b}:${c}${d}`,
    `64:ff9b::${dotted(bits)}`,
    `64:ff9b:0:0:0:0:${a}${b}:${c}${d}`,
    `64:ff9b:1:${a}${b}:${c}:${d}00::`,
    `64:ff9b:1:abcd::${dotted(bits)}`,
    `2002:${a}${b}:${c}${d}::1`,
    `2002:${a}${b}:${c}${d}:1:2:3:4:5`,
    `2001::8000:63bf:${hex(inverted >>> 16)}:${hex(inverted & 0xffff)}`,
    `2001:0:4136:e378:8000:63bf:${hex(inverted >>> 16)}:${hex(inverted & 0xffff)}`,
  ];
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function dotted(bits: number): string {
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}

/** By the library's ranges, which are not the gate's own list. Documentation networks count as public here. */
function isPublic(bits: number): boolean {
  const range = ipaddr.IPv4.parse(dotted(bits)).range();
  return (
    !['unspecified', 'broadcast', 'multicast', 'linkLocal', 'loopback', 'carrierGradeNat', 'private'].includes(range) &&
    bits >>> 24 < 224
  );
}

function networkOf(address: string): string {
  const bytes = ipaddr.IPv6.parse(address)
    .toByteArray()
    .map((byte, index) => (index < 8 ? byte : 0));
  return new ipaddr.IPv6(bytes).toRFC5952String();
}
