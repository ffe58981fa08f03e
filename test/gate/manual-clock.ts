/** A clock that stands still until it is told to go on. What is due is run in order, with room for promises between. */
import type { Clock } from '../../src/base/clock.js';

export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
}

const START_MS = 1_700_000_000_000;

export function manualClock(): ManualClock {
  let nowMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    nowMs: () => START_MS + nowMs,
    monotonicMs: () => nowMs,
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        await settle();
        const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}
