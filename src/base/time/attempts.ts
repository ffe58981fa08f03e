/**
 * Counts attempts by whoever makes them, and refuses when there were too many in a while, or when in doubt. The while slides:
 * with fixed windows (fixed-windows.ts) twice as many guesses would fit around the end of one.
 */
import type { Clock } from './clock.js';

export interface Attempts {
  /** Counts one attempt. False when none is left for now; a refused attempt is not counted. */
  take(who: string): boolean;
}

export interface AttemptsInput {
  readonly max: number;
  readonly windowSeconds: number;
}

/** Bounds the memory: while so many are being counted, nobody new may try. */
const MAX_COUNTED = 10_000;

export function createAttempts(clock: Pick<Clock, 'monotonicMs'>, { max, windowSeconds }: AttemptsInput): Attempts {
  const taken = new Map<string, readonly number[]>();
  return {
    take(who) {
      const sinceMs = clock.monotonicMs() - windowSeconds * 1_000;
      for (const [name, times] of taken) if ((times.at(-1) ?? 0) <= sinceMs) taken.delete(name);
      const recent = (taken.get(who) ?? []).filter((atMs) => atMs > sinceMs);
      if (recent.length >= max || (taken.size >= MAX_COUNTED && !taken.has(who))) return false;
      taken.set(who, [...recent, clock.monotonicMs()]);
      return true;
    },
  };
}
