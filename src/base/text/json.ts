/** Text and JSON out of raw bytes. Bytes that are not UTF-8 are refused, and never repaired. */

/** Null for bytes that are not UTF-8. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Undefined for bytes that are not JSON in UTF-8: no JSON text has that value. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8(bytes);
  return text === null ? undefined : parseJsonText(text);
}

/** Undefined for text that is not JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
