/** What a `Retry-After` header asks for (RFC 9110, 10.2.3). */

/** Milliseconds to wait, from seconds or an HTTP date; null for anything else: the caller then follows its own schedule. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after'] ?? '';
  const waitMs = /^\d{1,7}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
}
