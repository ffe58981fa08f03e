/**
 * File calls that nobody waits for without end. A disk that hangs keeps a thread of Node's pool (there are four) for each call
 * until it answers, so there is one call at a time, and while one has taken too long no other is begun.
 */
import { inTime } from '../time/in-time.js';
import type { Clock } from '../time/clock.js';

/** Rejects with `SilentDisk`, or with what the work itself rejects with. */
export type PatientFiles = <T>(work: () => Promise<T>) => Promise<T>;

export interface PatientFilesDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly limitMs: number;
}

/** A call has not been answered in time. It may still be; nothing is known of it. */
export class SilentDisk extends Error {
  readonly code = 'ETIMEDOUT';
}

export function patientFiles({ clock, limitMs }: PatientFilesDeps): PatientFiles {
  let before: Promise<unknown> = Promise.resolve();
  let isSilent = false;

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (isSilent) throw new SilentDisk('the disk does not answer');
    let isTooLate = false;
    const done = before.then(async () => {
      // what comes long after it was wanted is not to be written any more
      if (isTooLate) throw new SilentDisk('the disk does not answer');
      return { value: await work() };
    });
    before = done.then(
      () => (isSilent = false),
      () => (isSilent = false),
    );
    const found = await inTime(done, { clock, ms: limitMs, late: null });
    if (found !== null) return found.value;
    isTooLate = isSilent = true;
    throw new SilentDisk('the disk does not answer');
  };
}
