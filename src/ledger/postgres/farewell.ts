/** The end of a connection whose other end may have vanished: it answers no farewell, and nobody waits for one for long. */
import { systemClock } from '../../base/clock.js';
import { inTime } from '../../base/in-time.js';

/** A stop has 5 s for everything, and this comes last. */
const FAREWELL_MS = 250;

/** Resolves whatever becomes of it. */
export async function farewell(saying: Promise<unknown>): Promise<void> {
  const said = saying.catch(() => undefined);
  await inTime(said, { clock: systemClock(), ms: FAREWELL_MS, late: undefined });
}
