/** Waits that end when they are told to. */
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

/** Resolves with null once the signal aborts. For a signal that lasts no longer than what is waited for. */
export function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
