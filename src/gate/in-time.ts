/** A bound on waiting for the database: what does not answer in time is out of reach, like what answers that it is. */
import type { Clock } from '../base/clock.js';

/** Null when the work fails or takes longer than `limitMs`. The work itself is not stopped. */
export async function inTime<T>(work: Promise<T>, limitMs: number, clock: Clock): Promise<T | null> {
  let cancel = (): void => undefined;
  const late = new Promise<null>((resolve) => {
    cancel = clock.after(limitMs, () => resolve(null));
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return null; // the ledger rejects with `LedgerUnavailable`, and any other failure is as good a reason to stay shut
  } finally {
    cancel();
  }
}
