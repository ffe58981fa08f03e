/**
 * A request's headers, read from its raw header lines: the headers nobody asks for are never parsed, and a header that
 * stands twice can be seen. Names are compared exactly, so `X_Forwarded_For` is not taken for `X-Forwarded-For`.
 */

/** As `node:http` has them: name, value, name, value. */
export type RawHeaders = readonly string[];

/** The bit by which a small ASCII letter differs from its capital. */
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

/** A header that may stand only once; null when it stands twice, which no honest client sends. */
export function singleHeader(raw: RawHeaders, lowerName: string): string | null | undefined {
  let found: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (!isNamed(raw[at], lowerName)) continue;
    if (found !== undefined) return null;
    found = raw[at + 1] ?? '';
  }
  return found;
}

/** A header that is believed only where all its lines say the same; null where two disagree. */
export function agreedHeader(raw: RawHeaders, lowerName: string): string | null | undefined {
  let found: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (!isNamed(raw[at], lowerName)) continue;
    const value = raw[at + 1] ?? '';
    if (found !== undefined && found !== value) return null;
    found = value;
  }
  return found;
}

/** Whether a header line has this name, in any case of letters. */
export function isNamed(name: string | undefined, lowerName: string): boolean {
  if (name?.length !== lowerName.length) return false;
  // the last letter first: among names of one length it nearly always differs, and comparing it allocates nothing
  if ((name.charCodeAt(name.length - 1) | LOWER_CASE) !== lowerName.charCodeAt(lowerName.length - 1)) return false;
  return name === lowerName || name.toLowerCase() === lowerName;
}
