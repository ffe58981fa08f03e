/** An outage writes a line now and then, not one at every call, and no call goes uncounted. */
import { beforeEach, expect, test } from '@jest/globals';
import { throttledLog } from '../../src/base/process/throttled-log.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';

const EVERY_MS = 10_000;

let clock: ManualClock;
let told: (readonly [string, number])[];
let happen: (kind: string) => void;

beforeEach(() => {
  clock = manualClock();
  told = [];
  happen = throttledLog({ clock, everyMs: EVERY_MS, tell: (kind, times) => void told.push([kind, times]) });
});

test('the first of a kind is told at once, the others when the interval ends, counted', async () => {
  for (let call = 0; call < 1_000; call += 1) happen('open');

  expect(told).toEqual([['open', 1]]);
  await clock.advance(EVERY_MS);
  expect(told).toEqual([
    ['open', 1],
    ['open', 999],
  ]);
});

test('a flood that goes on is told once an interval, and none of it is lost', async () => {
  for (let second = 0; second < 35; second += 1) {
    happen('open');
    await clock.advance(1_000);
  }
  await clock.advance(EVERY_MS);

  expect(told).toHaveLength(5);
  expect(told.reduce((sum, [, times]) => sum + times, 0)).toBe(35);
});

test('what comes after a quiet interval is told at once again', async () => {
  happen('open');
  await clock.advance(2 * EVERY_MS);
  happen('open');

  expect(told).toEqual([
    ['open', 1],
    ['open', 1],
  ]);
});

test('each kind has a first of its own', () => {
  for (const kind of ['open', 'status', 'open']) happen(kind);

  expect(told).toEqual([
    ['open', 1],
    ['status', 1],
  ]);
});
