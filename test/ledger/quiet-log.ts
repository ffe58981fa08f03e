/** A log that keeps what was said, for suites that ask. */
import type { Log } from '../../src/base/log.js';

export function keptLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (message: string): void => void lines.push(message);
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
