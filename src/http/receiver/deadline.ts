/** A bound on how long an answer may take. The work itself goes on: what it does is idempotent, the caller asks again. */
import type { Clock } from '../../base/clock.js';

export const LATE = Symbol('late');

/** Resolves to the work's value, or to `LATE` after `ms`. What the work rejects with after that is dropped. */
export function withinMs<T>(work: Promise<T>, ms: number, clock: Pick<Clock, 'after'>): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(LATE));
    work.finally(cancel).then(resolve, reject);
  });
}
