/** One timer for the next turn of a loop: setting it replaces what it was set to before, and once stopped it stays so. */
import type { Clock } from './clock.js';

export interface LatestTimer {
  /** Rings after so long, however it was set before. */
  setIn(ms: number): void;
  /** It never rings again. */
  readonly stop: () => void;
}

export function createLatestTimer(clock: Pick<Clock, 'after'>, ring: () => void): LatestTimer {
  let isStopped = false;
  let cancel = (): void => undefined;
  return {
    setIn(ms) {
      cancel();
      if (!isStopped) cancel = clock.after(ms, ring);
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
