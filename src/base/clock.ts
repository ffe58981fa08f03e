/** Time as a parameter. The real clock lives here; tests bring their own. */

export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never jumps. For measuring and for deadlines inside one process. */
  monotonicMs(): number;
  /** Calls back once; the returned function cancels. The timer does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** setTimeout's own bound: a longer wait would fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;

export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, Math.min(Math.max(ms, 0), MAX_TIMEOUT_MS));
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
