/** The soak's instruments: its measurements, and how it finds the card to tap on. */
import { expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { createLatencies } from './latencies.js';
import { newestIn, visitorAddress } from './newest.js';
import { keepPace } from './pace.js';

test('a quantile is exact, however many latencies there are', () => {
  const latencies = createLatencies();
  for (let ms = 10_000; ms > 0; ms -= 1) latencies.add(ms);

  expect([latencies.quantile(0), latencies.quantile(0.5), latencies.quantile(0.99)]).toEqual([1, 5_001, 9_901]);
});

test('no latencies have no quantile but 0', () => {
  const latencies = createLatencies();
  latencies.add(7);
  latencies.clear();

  expect(latencies.quantile(0.99)).toBe(0);
});

test('what was held up is caught up with, each with the moment at which it was due', async () => {
  const dueAt: number[] = [];
  const startedMs = performance.now();
  const pace = keepPace({ perSecond: 1_000, begin: (_number, dueAtMs) => void dueAt.push(dueAtMs) });

  while (performance.now() < startedMs + 50) Math.sqrt(startedMs); // the loop stands still
  await eventually('what was due has begun', () => dueAt.length >= 50);
  pace.stop();

  expect(dueAt[49]).toBeCloseTo((dueAt[0] ?? 0) + 49, 3);
  expect(pace.due() - dueAt.length).toBeGreaterThanOrEqual(0);
});

test('the newest entry about an address is found as it stands now', () => {
  const list = ['a card for 198.18.0.1', 'a card for 198.18.0.2', 'another for 198.18.0.1'];
  const newest = newestIn(list, (entry) => entry);
  const first = newest.about('198.18.0.1');

  list[2] = 'redrawn for 198.18.0.1';
  list.push('a card for 198.19.255.255');

  expect(first).toBe('another for 198.18.0.1');
  expect(newest.about('198.18.0.1')).toBe('redrawn for 198.18.0.1');
  expect(newest.about(visitorAddress(131_071))).toBe('a card for 198.19.255.255');
  expect(newest.about('198.18.0.3')).toBeUndefined();
});
