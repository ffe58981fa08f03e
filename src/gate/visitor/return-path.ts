/** The path that a visitor returns to: on the site itself, never another host, and never below `/.koder-gate/`. */
import { RESERVED, SIGN_IN } from '../../approval/reserved-paths.js';

/** In the wait page's query: where this browser goes on to. The request does not tell it: others behind the address share that one. */
export const RETURN = 'return';
/** The ledger keeps that much of a path (`RequestRecord.path`). */
const MAX_PATH_CHARACTERS = 2_048;
/** Browsers read `//host` and `/\host` as another host, and drop control characters before they look. */
const SAME_ORIGIN = /^\/(?![/\\])[^\p{Cc}\s]*$/u;

export function returnPath(path: string): string {
  if (!SAME_ORIGIN.test(path) || path.startsWith(RESERVED)) return '/';
  return path;
}

/** The path that a wait page was given to go on to; null where it was given none. */
export function returnPathIn(url: string): string | null {
  const asked = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get(RETURN);
  return asked === null ? null : returnPath(asked);
}

/**
 * The path that a request or a page of ours keeps: whole, or without its query, or `/` where that is too long as well.
 * Never cut in the middle.
 */
export function pathToKeep(uri: string): string {
  const path = returnPath(uri);
  if (path.length <= MAX_PATH_CHARACTERS) return path;
  const bare = path.split('?', 1)[0] ?? '/';
  return bare.length <= MAX_PATH_CHARACTERS ? bare : '/';
}

/** Where a visitor signs in and comes back from. */
export function signInUrl(path: string): string {
  return `${RESERVED}${SIGN_IN}?back=${encodeURIComponent(returnPath(path))}`;
}

/** Where a visitor who has the choice asks for a person. */
export const ASK = 'ask';

export function askUrl(path: string): string {
  return `${RESERVED}${ASK}?${RETURN}=${encodeURIComponent(returnPath(path))}`;
}
