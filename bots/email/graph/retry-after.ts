/** How long Microsoft asks us to wait. */
import { retryAfterMs } from '../../../src/base/net/retry-after.js';

/** Ours: a wait of days by a wrong clock or a bad answer must not close a provider. */
const MAX_WAIT_MS = 3_600_000;

/** Milliseconds, an hour at most; null where nothing sensible is said. */
export function graphWaitMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const waitMs = retryAfterMs(headers, nowMs);
  return waitMs === null ? null : Math.min(waitMs, MAX_WAIT_MS);
}
