/**
 * What a request says, read from its raw header lines: whoever looks at a handful of names has the rest never parsed, and
 * sees a header that stands twice. Names are compared whole, so an underscore twin (`X_Forwarded_For`) is another header and means nothing.
 */

/** As `node:http` has them: name, value, name, value. */
export type RawHeaders = readonly string[];

/** The bit that tells a small ASCII letter from its capital. */
const LOWER_CASE = 0x20;

/** All lines of a header, joined in their order (RFC 9110, section 5.3); undefined when there is none. */
export function headerLines(raw: RawHeaders, lowerName: string): string | undefined {
  let joined: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (!isNamed(raw[at], lowerName)) continue;
    const value = raw[at + 1] ?? '';
    joined = joined === undefined ? value : `${joined},${value}`;
  }
  return joined;
}

/** A header that must stand once; null when it stands twice, which nobody honest sends. */
export function singleHeader(raw: RawHeaders, lowerName: string): string | null | undefined {
  let found: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (!isNamed(raw[at], lowerName)) continue;
    if (found !== undefined) return null;
    found = raw[at + 1] ?? '';
  }
  return found;
}

function isNamed(name: string | undefined, lowerName: string): boolean {
  if (name?.length !== lowerName.length) return false;
  // the last letter first: it tells nearly all names of one length apart, and makes no string
  if ((name.charCodeAt(name.length - 1) | LOWER_CASE) !== lowerName.charCodeAt(lowerName.length - 1)) return false;
  return name === lowerName || name.toLowerCase() === lowerName;
}
