/** Where somebody wanted to go before signing in: a path on this very host, in a cookie or a `next` field. */
import type { Request, Response } from 'express';

const MAX_PATH_CHARACTERS = 512;
const MAX_AGE_SECONDS = 1_800;
/** Printable ASCII from `/` on, without backslash: browsers read one as a slash. */
const PATH = /^\/[\x21-\x5b\x5d-\x7e]*$/;
const ELSEWHERE = 'http://here.invalid';

/** The text when it is a path on this host, else null: no other origin, no `//`, no backslash, no control characters. */
export function localPath(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > MAX_PATH_CHARACTERS) return null;
  if (!PATH.test(text) || text.includes('//')) return null;
  return new URL(text, ELSEWHERE).origin === ELSEWHERE ? text : null;
}

export interface WayBack {
  keep(response: Response, path: string): void;
  kept(request: Request): string | null;
  forget(response: Response): void;
}

/** A cookie, because the sign-in link comes by another way than the page that asked for it. It opens nothing. */
export function wayBack(publicUrl: string): WayBack {
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? '__Host-gate-next' : 'gate-next';
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    keep(response, path) {
      if (localPath(path) === null) return;
      const value = encodeURIComponent(path);
      response.append('set-cookie', `${name}=${value}; ${attributes}; Max-Age=${String(MAX_AGE_SECONDS)}`);
    },
    kept(request) {
      const found = (request.headers.cookie ?? '').split(/;\s*/).filter((pair) => pair.startsWith(`${name}=`));
      return found.length === 1 ? localPath(decoded(found[0]?.slice(name.length + 1) ?? '')) : null;
    },
    forget(response) {
      response.append('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
    },
  };
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
