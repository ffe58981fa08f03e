/** A bound on waiting. The work itself is not stopped: it goes on, and what becomes of it is heard by nobody. */
import type { Clock } from './clock.js';

export interface Bound<Late> {
  readonly ms: number;
  readonly clock: Pick<Clock, 'after'>;
  /** What is answered instead when the work takes longer. */
  readonly late: Late;
}

/** Rejects where the work does so in time. */
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
