/**
 * Visitors who were just told to come again: for a moment they are told the same without asking anybody, so that a crowd
 * before full approvers does not write an audit row a hit. Bounded; forgetting one costs a question, nothing else.
 */
import type { Clock } from '../base/clock.js';

export interface RecentlyDeferred {
  /** When to come again, as it was told; null when it was not, or too long ago. */
  retryAtMs(key: string): number | null;
  remember(key: string, retryAtMs: number): void;
}

/** Short beside the minutes that a slot is held: nobody waits noticeably longer for a place that got free. */
const HOLD_MS = 10_000;
const MAX_REMEMBERED = 10_000;

export function recentlyDeferred(clock: Pick<Clock, 'monotonicMs'>): RecentlyDeferred {
  const told = new Map<string, { readonly atMs: number; readonly retryAtMs: number }>();
  return {
    retryAtMs(key) {
      const last = told.get(key);
      if (last === undefined) return null;
      if (clock.monotonicMs() - last.atMs < HOLD_MS) return last.retryAtMs;
      told.delete(key);
      return null;
    },
    remember(key, retryAtMs) {
      told.delete(key);
      told.set(key, { atMs: clock.monotonicMs(), retryAtMs });
      const [oldest] = told.keys();
      if (told.size > MAX_REMEMBERED && oldest !== undefined) told.delete(oldest);
    },
  };
}
