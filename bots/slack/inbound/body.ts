/** What stands in the body of a call: JSON for events; a form for commands; JSON in a form's `payload` for interactions. */

type MediaType = 'application/json' | 'application/x-www-form-urlencoded';

export interface ReadBody {
  readonly value: unknown;
  /** Bare, as Bolt wants it: with a charset behind it, Bolt takes a form for JSON. */
  readonly mediaType: MediaType;
}

/** Null: neither, or not well-formed. */
export function readBody(body: Uint8Array, contentType: string | undefined): ReadBody | null {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (mediaType === 'application/json') return { value: JSON.parse(text), mediaType };
    if (mediaType !== 'application/x-www-form-urlencoded') return null;
    const form = new URLSearchParams(text);
    const names = [...form.keys()];
    // A name that stands twice is read differently by different readers.
    if (new Set(names).size !== names.length) return null;
    const payload = form.get('payload');
    return { value: payload === null ? Object.fromEntries(form) : JSON.parse(payload), mediaType };
  } catch {
    return null; // not UTF-8, or not JSON
  }
}
