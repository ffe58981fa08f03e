/**
 * Headers that only something between a client and us writes: `X-Forwarded-*`, `Forwarded` and `X-Real-IP`. Which
 * of them are believed is decided in client-address.ts; here it only matters that one is there: then a proxy asks. Some programs
 * take an underscore in a name for a hyphen.
 */
import type { RawHeaders } from './raw-headers.js';

const FORWARDED = /^(?:x[-_]forwarded(?:[-_].*)?|forwarded|x[-_]real[-_]ip)$/i;

function isForwardedHeader(name: string): boolean {
  return FORWARDED.test(name);
}

/** The first of them as it was spelled; null when there is none. */
export function forwardedHeader(raw: RawHeaders): string | null {
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (isForwardedHeader(name)) return name;
  }
  return null;
}
