/**
 * Counts by key, so many in a window. A window opens with the first count; once it is full, the key waits for its end. Where
 * there are too many, the window that opened first is forgotten, so that a crowd cannot lock anybody out. Guesses at a secret
 * are counted by attempts.ts instead, which slides and refuses in doubt.
 */
import type { Clock } from './clock.js';

export interface FixedWindows {
  /** Milliseconds until the key may go on; 0 when it may now. */
  waitMs(key: string): number;
  /** Counts one more, whether the window is full or not. */
  count(key: string): void;
}

export interface FixedWindowsInput {
  readonly max: number;
  readonly windowMs: number;
  /** Bounds the memory. Absent: the keys are few. */
  readonly maxWindows?: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

interface Window {
  readonly endsAtMs: number;
  counted: number;
}

export function fixedWindows({ max, windowMs, maxWindows = Infinity, clock }: FixedWindowsInput): FixedWindows {
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
    waitMs(key) {
      const window = live(key);
      return window === undefined || window.counted < max ? 0 : window.endsAtMs - clock.monotonicMs();
    },
    count(key) {
      const window = live(key);
      if (window !== undefined) return void (window.counted += 1);
      windows.delete(key);
      makeRoom();
      windows.set(key, { endsAtMs: clock.monotonicMs() + windowMs, counted: 1 });
    },
  };
}
