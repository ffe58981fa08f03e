/** `… for 8h` at the end of a command: how long. */
import { parseDurationSeconds } from '../approval/duration.js';

export type Timed =
  | { readonly kind: 'read'; readonly words: readonly string[]; readonly ttlSeconds: number | null }
  | { readonly kind: 'bad'; readonly text: string };

/** `words` without the duration; `ttlSeconds` null where none was given. `for 8 h` reads like `for 8h`. */
export function optionalDuration(words: readonly string[]): Timed {
  const at = words.findIndex((word) => word.toLowerCase() === 'for');
  if (at === -1) return { kind: 'read', words, ttlSeconds: null };
  const text = words.slice(at + 1).join(' ');
  const ttlSeconds = parseDurationSeconds(text);
  return ttlSeconds === null ? { kind: 'bad', text } : { kind: 'read', words: words.slice(0, at), ttlSeconds };
}
