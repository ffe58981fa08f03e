/** Time inside a process: nobody sets it, and a machine that slept does not hide it. */
import { expect, test } from '@jest/globals';
import { systemClock, type TimeSources } from '../../src/base/time/clock.js';

const HOUR_MS = 3_600_000;

function machine() {
  let [dayMs, steadyMs, sinceBootMs, asked] = [1_800_000_000_000, 40, 900_000, 0];
  const sources: TimeSources = {
    dayMs: () => dayMs,
    steadyMs: () => steadyMs,
    sinceBootMs: () => {
      asked += 1;
      return sinceBootMs;
    },
  };
  return {
    clock: systemClock(sources),
    asked: () => asked,
    run: (ms: number): void => {
      [dayMs, steadyMs, sinceBootMs] = [dayMs + ms, steadyMs + ms, sinceBootMs + ms];
    },
    sleep: (ms: number): void => {
      [dayMs, sinceBootMs] = [dayMs + ms, sinceBootMs + ms];
    },
    setDay: (byMs: number): void => {
      dayMs += byMs;
    },
  };
}

test('what the machine slept counts, each time', () => {
  const { clock, run, sleep } = machine();
  const startMs = clock.monotonicMs();
  run(500);
  sleep(HOUR_MS);
  const wokenMs = clock.monotonicMs();
  run(500);
  sleep(2 * HOUR_MS);

  expect([wokenMs - startMs, clock.monotonicMs() - startMs]).toEqual([HOUR_MS + 500, 3 * HOUR_MS + 1_000]);
});

test.each([HOUR_MS, -HOUR_MS])('a time of day that is set by %i ms moves nothing', (byMs) => {
  const { clock, run, setDay } = machine();
  const startMs = clock.monotonicMs();
  setDay(byMs);
  run(100);

  expect(clock.monotonicMs() - startMs).toBe(100);
});

test('while nothing happens the machine is not asked how long it has run', () => {
  const { clock, run, asked } = machine();
  const before = asked();
  for (let call = 0; call < 1_000; call += 1) {
    run(7);
    clock.monotonicMs();
  }

  expect(asked()).toBe(before);
});

test("the machine's own clock goes on", () => {
  const clock = systemClock();
  const startMs = clock.monotonicMs();
  const untilMs = performance.now() + 20;
  while (performance.now() < untilMs) continue;

  expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
  expect(clock.monotonicMs() - startMs).toBeLessThan(10_000);
});
