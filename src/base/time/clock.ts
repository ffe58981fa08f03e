/** Time as a parameter. The real clock lives here; tests bring their own. */
import { uptime } from 'node:os';

export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /**
   * Milliseconds from an arbitrary start, whatever the time of day is set to, with those that the machine slept. For measuring
   * and for deadlines inside one process.
   */
  monotonicMs(): number;
  /** Calls back once; the returned function cancels. The timer does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** setTimeout's own bound: a longer wait would fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** What the machine says of time, in milliseconds. */
export interface TimeSources {
  /** Time of day: may be set, forwards and backwards. */
  readonly dayMs: () => number;
  /** Never set, and on Linux it stands still while the machine sleeps (clock_gettime(2), CLOCK_MONOTONIC). */
  readonly steadyMs: () => number;
  /** Never set, and goes on while the machine sleeps (CLOCK_BOOTTIME). Reads a file: a hundred times as slow. */
  readonly sinceBootMs: () => number;
}

const MACHINE: TimeSources = {
  dayMs: () => Date.now(),
  steadyMs: () => performance.now(),
  sinceBootMs: () => uptime() * 1_000,
};

export function systemClock(sources = MACHINE): Clock {
  const slept = sleepOf(sources);
  return {
    nowMs: sources.dayMs,
    monotonicMs() {
      const steadyMs = sources.steadyMs();
      return steadyMs + slept(steadyMs);
    },
    after(ms, callback) {
      const timer = setTimeout(callback, Math.min(Math.max(ms, 0), MAX_TIMEOUT_MS));
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

/** Beyond this the time of day went on otherwise than the steady one did: it was set, or the machine slept. */
const NOTICED_MS = 1_000;

/**
 * How long the machine has slept since the start. A laptop that wakes up after a night would take what it remembers for as
 * fresh as it was in the evening: who had a grant then would still pass. To ask for it is slow, so it is asked only when the
 * time of day has left the steady one.
 */
function sleepOf({ dayMs, steadyMs, sinceBootMs }: TimeSources): (steadyNowMs: number) => number {
  const bootedMs = sinceBootMs() - steadyMs();
  let apartMs = dayMs() - steadyMs();
  let sleptMs = 0;
  return (steadyNowMs) => {
    const nowApartMs = dayMs() - steadyNowMs;
    if (Math.abs(nowApartMs - apartMs) < NOTICED_MS) return sleptMs;
    apartMs = nowApartMs;
    sleptMs = Math.max(sleptMs, sinceBootMs() - steadyNowMs - bootedMs);
    return sleptMs;
  };
}
