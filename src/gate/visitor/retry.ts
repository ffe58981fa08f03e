/** When a visitor who was not let in comes again, and whether the page does so by itself. */
import type { Showing } from './reception.js';

/** Nobody comes again sooner, whatever the clocks say. */
const MIN_RETRY_SECONDS = 30;
/** Longer than that no page is kept open, nor does one come again by itself. */
const MAX_RETRY_MS = 24 * 3_600_000;

/** When it makes sense to come again; null where nothing says so. */
export function retryAtMsOf(showing: Showing): number | null {
  if (showing.kind === 'muted') return showing.untilMs;
  return 'retryAtMs' in showing ? showing.retryAtMs : null;
}

/** When the page of who was turned away comes again by itself; null where it does not. */
export function retrySecondsOf(showing: Showing, nowMs: number): number | null {
  if (showing.kind !== 'deferred' && showing.kind !== 'muted') return null;
  const inMs = (retryAtMsOf(showing) ?? nowMs) - nowMs;
  return inMs > MAX_RETRY_MS ? null : Math.max(MIN_RETRY_SECONDS, Math.ceil(inMs / 1_000));
}
