/** Waits for something, but not for ever. */
import type { Clock } from '../base/clock.js';

/** True when `work` settled in time. A rejection is the caller's. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => undefined;
  const tooLong = new Promise<false>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  const isInTime = await Promise.race([work.then(() => true), tooLong]);
  cancel();
  return isInTime;
}
