/** Waits that an AbortSignal can end. */
import type { Clock } from './clock.js';

/** Resolves after so long, or as soon as the signal aborts. */
export function pausedFor(ms: number, until: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void> {
  const { clock, signal } = until;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const cancel = clock.after(ms, over);
    signal.addEventListener('abort', over);
  });
}

/** Resolves with null once the signal aborts. It leaves its listener on the signal: use one made for this wait. */
export function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
