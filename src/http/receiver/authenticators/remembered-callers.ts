/** Callers that a verifier has vouched for, for a few seconds: the only memory of a verdict, and it holds no refusal. */
import type { Clock } from '../../../base/time/clock.js';
import type { Caller } from '../authenticator.js';

/** More callers at once than any producer has; the oldest goes first. */
const MAX_REMEMBERED = 4_096;

export interface RememberedCallers {
  /** Null: unknown, or too long ago, or the proof itself has ended. */
  find(key: string): Caller | null;
  keep(key: string, caller: Caller, seconds: number): void;
}

export function rememberedCallers(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): RememberedCallers {
  const held = new Map<string, { readonly caller: Caller; readonly untilMonotonicMs: number }>();
  return {
    find(key) {
      const found = held.get(key);
      if (found === undefined) return null;
      const { caller } = found;
      const isFresh = clock.monotonicMs() < found.untilMonotonicMs;
      if (isFresh && (caller.untilMs === null || clock.nowMs() < caller.untilMs)) return caller;
      held.delete(key);
      return null;
    },
    keep(key, caller, seconds) {
      held.delete(key);
      held.set(key, { caller, untilMonotonicMs: clock.monotonicMs() + seconds * 1_000 });
      const [oldest] = held.keys();
      if (held.size > MAX_REMEMBERED && oldest !== undefined) held.delete(oldest);
    },
  };
}
