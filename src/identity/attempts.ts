/**
 * Counts attempts at a secret that is short enough to be typed, so that guessing is hopeless, and refuses when in doubt.
 *
 * A link code has 50 random bits and lives for 10 minutes. With 10 attempts in 10 minutes for each approver, a hundred
 * approvers who all guess day and night at a thousand codes that are alive at once try 1,000 times in such a window, and
 * hit with 1,000 × 1,000 / 2^50, less than 1 in 10^9; over a year with less than 1 in 20,000. Counted by approver and not
 * by session, so that signing in again buys nothing. Each process counts for itself, so that n of them allow n times that.
 */
import type { Clock } from '../base/clock.js';

export const MAX_ATTEMPTS = 10;
export const ATTEMPTS_WINDOW_SECONDS = 600;
/** There are fewer approvers than that in any sites.toml; where there are more, nobody new may try. */
const MAX_COUNTED = 10_000;

export interface Attempts {
  /** Takes one attempt; false when there is none left for now, and then none is counted. */
  take(who: string): boolean;
}

export function createAttempts(clock: Pick<Clock, 'monotonicMs'>): Attempts {
  const taken = new Map<string, readonly number[]>();
  return {
    take(who) {
      const sinceMs = clock.monotonicMs() - ATTEMPTS_WINDOW_SECONDS * 1_000;
      for (const [name, times] of taken) if ((times.at(-1) ?? 0) <= sinceMs) taken.delete(name);
      const recent = (taken.get(who) ?? []).filter((atMs) => atMs > sinceMs);
      if (recent.length >= MAX_ATTEMPTS || (taken.size >= MAX_COUNTED && !taken.has(who))) return false;
      taken.set(who, [...recent, clock.monotonicMs()]);
      return true;
    },
  };
}
