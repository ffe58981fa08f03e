/** What a `Retry-After` header asks for (RFC 9110, 10.2.3). */

/** An HTTP date as it is written today (RFC 9110, 5.6.7). `Date.parse` alone takes `5` for a day in 2001. */
const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Whoever says more is asked again after an hour: a peer must not shut itself off for years. */
const MAX_WAIT_MS = 3_600_000;

/** Milliseconds to wait, an hour at most, from seconds or an HTTP date; null for anything else: the caller then follows its own schedule. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after'] ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, MAX_WAIT_MS);
  const waitMs = IMF_FIXDATE.test(text) ? Date.parse(text) - nowMs : Number.NaN;
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.min(waitMs, MAX_WAIT_MS) : null;
}
