/** When the database last answered, and whether it is silent now. Every question to it has a time limit. */
import type { Clock } from '../../base/time/clock.js';
import { inTime } from '../../base/time/in-time.js';

export interface Hearing {
  /** One question; null when the database did not answer in time, or could not. */
  ask<T>(work: () => Promise<T>, limitMs: number): Promise<T | null>;
  /** Whether a question that was answered began no longer ago than this. */
  isWithin(ms: number, nowMs: number): boolean;
  /** Whether it fell silent less than so long ago and has not been heard of since. */
  isSilentFor(ms: number): boolean;
}

export function createHearing(clock: Clock, onSilence: () => void): Hearing {
  let heardAtMs = -Infinity;
  let silentAtMs = -Infinity;
  return {
    async ask(work, limitMs) {
      const startedMs = clock.monotonicMs();
      // the ledger rejects with `LedgerUnavailable`; any other failure counts the same, because the gate stays shut in doubt
      const asked = work().catch(() => null);
      const answer = await inTime(asked, { clock, ms: limitMs, late: null });
      if (answer !== null) heardAtMs = Math.max(heardAtMs, startedMs);
      else silentAtMs = clock.monotonicMs();
      if (answer === null) onSilence();
      return answer;
    },
    isWithin: (ms, nowMs) => nowMs - heardAtMs <= ms,
    isSilentFor: (ms) => silentAtMs > heardAtMs && clock.monotonicMs() - silentAtMs < ms,
  };
}
