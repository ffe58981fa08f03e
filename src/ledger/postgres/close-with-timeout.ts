/** The end of a connection whose other end may have vanished: it answers no orderly close, and nobody waits for one for long. */
import { systemClock } from '../../base/time/clock.js';
import { inTime } from '../../base/time/in-time.js';

/** A stop has 5 s for everything, and this comes last. */
const CLOSE_TIMEOUT_MS = 250;

/** Resolves whatever becomes of it. */
export async function closeWithTimeout(saying: Promise<unknown>): Promise<void> {
  const said = saying.catch(() => undefined);
  await inTime(said, { clock: systemClock(), ms: CLOSE_TIMEOUT_MS, late: undefined });
}
