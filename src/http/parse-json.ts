/** JSON out of raw bytes, as a value. */
import { utf8 } from './read-body.js';

/** Undefined when the bytes are no JSON in UTF-8: it is no JSON value itself, so it can say so. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8(bytes);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
