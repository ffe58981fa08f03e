/** Request ids as people read and type them: six characters, or the shortest start that names one of those shown, forgiving look-alikes. */
import type { RequestId } from './brand.js';

/** Shorter starts would name too many requests of a year. */
const MIN_PREFIX_CHARACTERS = 4;
const MAX_PREFIX_CHARACTERS = 20;
/** Shown everywhere, so that a card, a mail and a visitor's page can be matched. */
const SHOWN_CHARACTERS = 6;

/** `zvt6zp`: what a request is called wherever people read of it. */
export function shownId(id: string): string {
  return id.slice(0, SHOWN_CHARACTERS);
}

/** Lower case, and Crockford's look-alikes undone (`O` is 0, `I` and `L` are 1). Null when it cannot start an id. */
export function normalPrefix(typed: string): string | null {
  const text = typed.trim().toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1');
  if (text.length < MIN_PREFIX_CHARACTERS || text.length > MAX_PREFIX_CHARACTERS) return null;
  return /^[0-9a-hjkmnp-tv-z]+$/.test(text) ? text : null;
}

/** Each id's shortest start of at least six characters that no other of `ids` begins with. */
export function shortIds(ids: readonly RequestId[]): ReadonlyMap<RequestId, string> {
  return new Map(ids.map((id) => [id, shortest(id, ids)]));
}

function shortest(id: RequestId, ids: readonly RequestId[]): string {
  const others = ids.filter((other) => other !== id);
  for (let length = SHOWN_CHARACTERS; length < id.length; length += 1) {
    const start = id.slice(0, length);
    if (!others.some((other) => other.startsWith(start))) return start;
  }
  return id;
}
