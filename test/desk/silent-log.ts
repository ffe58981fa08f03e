/** A log that keeps nothing, for tests whose promises are elsewhere. */
import type { Log } from '../../src/base/log.js';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
