/** Waits for work no longer than a given time. The work itself is not stopped; its late result is dropped. */
import type { Clock } from './clock.js';

export interface Bound<Late> {
  readonly ms: number;
  readonly clock: Pick<Clock, 'after'>;
  /** What is answered instead when the work takes longer. */
  readonly late: Late;
}

/** Rejects only where the work itself rejects in time. */
export async function inTime<T, Late>(work: Promise<T>, { ms, clock, late }: Bound<Late>): Promise<T | Late> {
  let cancel = (): void => undefined;
  const end = new Promise<Late>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(late);
    });
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    cancel();
  }
}
