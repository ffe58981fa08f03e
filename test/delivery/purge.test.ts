/** A purge keeps its transactions short: by how long each took, and not by what some machine was measured at. */
import { expect, test } from '@jest/globals';
import type { QueueLedger } from '../../src/contract/ledger.js';
import { createPurge, nextBatch } from '../../src/delivery/purge.js';

const AUDIT = {
  who: 'operator:grace',
  what: 'deliveries_purged',
  surface: 'cli',
  site: null,
  address: null,
  detail: {},
};

/** A database that takes so long for each row; answers the sizes of the batches. */
async function sizesAt(msARow: (at: number) => number, rows: number): Promise<readonly number[]> {
  const sizes: number[] = [];
  let nowMs = 0;
  const ids = Array.from({ length: rows }, (_, at) => `d${String(at)}`);
  const ledger: Pick<QueueLedger, 'removable' | 'remove'> = {
    removable: () => Promise.resolve({ found: ids, next: null }),
    remove: ({ ids: batch }) => {
      nowMs += batch.length * msARow(sizes.length);
      sizes.push(batch.length);
      return Promise.resolve(batch);
    },
  };
  const answer = await createPurge({ ledger, clock: { monotonicMs: () => nowMs }, lookAt: 10_000 }).purge({}, AUDIT);
  expect(answer).toEqual({ count: rows, isDryRun: false, isMore: false });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(rows);
  return sizes;
}

test('a slow database gets half of what took too long, until a batch fits', async () => {
  const sizes = await sizesAt(() => 3, 60);

  expect(sizes.slice(0, 4)).toEqual([25, 12, 6, 6]);
});

test('one that recovers gets more again, up to a bound; one row at least', async () => {
  const sizes = await sizesAt((at) => (at < 8 ? 100 : 0.01), 2_000);

  expect(sizes.slice(0, 8)).toEqual([25, 12, 6, 3, 1, 1, 1, 1]);
  expect(sizes.slice(8, 12)).toEqual([1, 6, 11, 16]);
  expect(Math.max(...sizes)).toBe(50);
});

test.each([
  [25, 21, 12],
  [25, 20, 25],
  [25, 4, 30],
  [48, 1, 50],
  [1, 500, 1],
])('after %i in %i ms come %i', (size, tookMs, next) => {
  expect(nextBatch(size, tookMs)).toBe(next);
});
