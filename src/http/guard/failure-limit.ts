/**
 * How often one address may fail at one receiver. Only failures count, since a platform's genuine calls come from few
 * addresses that others share. A window opens with the first failure; once it is full, the address waits for its end.
 */
import type { Clock } from '../../base/clock.js';

const WINDOW_MS = 60_000;
/** Bounds the memory to a few megabytes, whoever calls: beyond it, the window that opened first is forgotten. */
const MAX_WINDOWS = 20_000;

export interface FailureLimit {
  /** Milliseconds until the address may call again; 0 when it may now. */
  waitMs(source: string, address: string): number;
  count(source: string, address: string): void;
}

interface Window {
  readonly endsAtMs: number;
  failures: number;
}

export function failureLimit(wish: {
  readonly failuresPerMinute: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly maxWindows?: number;
}): FailureLimit {
  const { failuresPerMinute, clock, maxWindows = MAX_WINDOWS } = wish;
  // all windows are equally long, so the order of insertion is the order in which they end
  const windows = new Map<string, Window>();
  const live = (key: string): Window | undefined => {
    const window = windows.get(key);
    return window !== undefined && window.endsAtMs > clock.monotonicMs() ? window : undefined;
  };
  const makeRoom = (): void => {
    const nowMs = clock.monotonicMs();
    for (const [key, { endsAtMs }] of windows) {
      if (endsAtMs > nowMs && windows.size < maxWindows) return;
      windows.delete(key);
    }
  };
  return {
    waitMs(source, address) {
      const window = live(keyOf(source, address));
      return window === undefined || window.failures < failuresPerMinute ? 0 : window.endsAtMs - clock.monotonicMs();
    },
    count(source, address) {
      const key = keyOf(source, address);
      const window = live(key);
      if (window !== undefined) return void (window.failures += 1);
      windows.delete(key);
      makeRoom();
      windows.set(key, { endsAtMs: clock.monotonicMs() + WINDOW_MS, failures: 1 });
    },
  };
}

function keyOf(source: string, address: string): string {
  return `${source} ${address}`;
}
