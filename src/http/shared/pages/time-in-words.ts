/** Times on pages: in UTC, which a script turns into the reader's own time with UTC beside it; and how far off that is. */
import { utcMinute } from '../../../approval/sentences.js';
import { html, type Html } from '../../../base/text/html.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2026-05-02 14:30 UTC`, readable by machines too. */
export function timeElement(atMs: number): Html {
  return html`<time datetime="${new Date(atMs).toISOString()}">${utcMinute(atMs)}</time>`;
}

/** `8 min`, `3 h`, `2 days`; less than a minute is `less than a minute`. */
export function spanInWords(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute';
  if (ms < HOUR_MS) return `${String(Math.floor(ms / MINUTE_MS))} min`;
  if (ms < 2 * DAY_MS) return `${String(Math.floor(ms / HOUR_MS))} h`;
  return `${String(Math.floor(ms / DAY_MS))} days`;
}
