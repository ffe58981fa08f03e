/** A grant's number in the header of a check is written by our own hand. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digits } from '../../src/gate/grants/digits.js';

test.each([0, 7, 999, 1_000, 1_001, 10_010, 999_999, 1_000_000, 2 ** 32, Number.MAX_SAFE_INTEGER])(
  '%d is written as String writes it',
  (whole) => {
    expect(digits(whole)).toBe(String(whole));
  },
);

test('every whole number is written as String writes it', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 40 }), (whole, divisor) => {
      const number = Math.floor(whole / divisor);

      expect(digits(number)).toBe(String(number));
    }),
  );
});
