/** One timer that rings at the earliest of the times it was set to. */
import type { Clock } from './clock.js';

export interface EarliestTimer {
  /** Rings after so long, or sooner when it was set to ring sooner. */
  setIn(ms: number): void;
  cancel(): void;
}

export function createEarliestTimer(clock: Clock, ring: () => void): EarliestTimer {
  let set: { readonly atMs: number; readonly cancel: () => void } | null = null;
  return {
    setIn(ms) {
      const atMs = clock.monotonicMs() + ms;
      if (set !== null && set.atMs <= atMs) return;
      set?.cancel();
      const cancel = clock.after(ms, () => {
        set = null;
        ring();
      });
      set = { atMs, cancel };
    },
    cancel() {
      set?.cancel();
      set = null;
    },
  };
}
