/** A test reads answers, not logs. */
import type { Log } from '../../src/base/log.js';

export const QUIET: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // said to nobody
}
