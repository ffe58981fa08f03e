/** Durations in logarithmic buckets: how far percentiles may be off, what bounds belong to, and that counts are merged by a sum. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, boundOf, countUpTo, percentile, SUM_BUCKET } from '../../src/base/time/log-buckets.js';

const micros = fc.integer({ min: 2, max: 10_000_000_000 });

function bucketsOf(durations: readonly number[]): Map<number, number> {
  const buckets = new Map<number, number>([[SUM_BUCKET, 123]]);
  for (const one of durations) buckets.set(bucketOf(one), (buckets.get(bucketOf(one)) ?? 0) + 1);
  return buckets;
}

test('a percentile is at most 4.5 % off the duration that has this rank', () => {
  fc.assert(
    fc.property(fc.array(micros, { minLength: 1, maxLength: 50 }), fc.constantFrom(50, 95, 99), (durations, of100) => {
      const sorted = [...durations].sort((one, other) => one - other);
      const exact = sorted[Math.max(1, Math.ceil((sorted.length * of100) / 100)) - 1] ?? 0;

      const read = percentile(bucketsOf(durations), of100) ?? 0;

      expect(Math.abs(read / exact - 1)).toBeLessThan(0.045);
    }),
  );
});

test('every power of two is a bound, and in its own bucket', () => {
  for (let power = 0; power <= 40; power += 1) {
    expect(bucketOf(2 ** power)).toBe(power * 8);
    expect(boundOf(power * 8)).toBe(2 ** power);
    expect(bucketOf(2 ** power * 1.001)).toBe(power * 8 + 1);
  }
});

test('how many took no longer than a bound is exact, and the sum beside them is no duration', () => {
  const buckets = bucketsOf([3, 1_024, 1_025, 5_000_000]);

  expect([countUpTo(buckets, 1_024), countUpTo(buckets, 2_048), countUpTo(buckets, 2 ** 23)]).toEqual([2, 3, 4]);
  expect(percentile(new Map([[SUM_BUCKET, 9]]), 50)).toBeNull();
});

test('a microsecond, nothing, and less than nothing are in the first bucket', () => {
  expect([bucketOf(1), bucketOf(0), bucketOf(-5)]).toEqual([0, 0, 0]);
  expect(percentile(new Map([[0, 3]]), 99)).toBe(1);
});
