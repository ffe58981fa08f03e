/** Where a visitor goes back to: a path on the site itself, never another host and never our own corner of it. */

export const RESERVED = '/.koder-gate/';
/** The ledger keeps that much of a path (`RequestRecord.path`). */
const MAX_PATH_CHARACTERS = 2_048;
/** Browsers read `//host` and `/\host` as another host, and drop control characters before they look. */
const SAME_ORIGIN = /^\/(?![/\\])[^\p{Cc}\s]*$/u;

export function returnPath(path: string): string {
  if (!SAME_ORIGIN.test(path) || path.startsWith(RESERVED)) return '/';
  return path;
}

/** What a request keeps: whole, or without its query, or nothing; a path cut in the middle leads nowhere. */
export function pathToKeep(uri: string): string {
  const path = returnPath(uri);
  if (path.length <= MAX_PATH_CHARACTERS) return path;
  const bare = path.split('?', 1)[0] ?? '/';
  return bare.length <= MAX_PATH_CHARACTERS ? bare : '/';
}
