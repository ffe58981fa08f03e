/** Where somebody wanted to go before signing in: a path on this very host, in a cookie or a `next` field. */
import type { Request, Response } from 'express';
import { hostCookie } from '../../base/net/host-cookie.js';

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

/** A cookie, because a sign-in link comes by another way than the page that asked for it. It opens nothing. */
export function wayBack(publicUrl: string): WayBack {
  const cookie = hostCookie(publicUrl, { name: 'gate-next', maxAgeSeconds: MAX_AGE_SECONDS });
  return {
    keep(response, path) {
      if (localPath(path) !== null) response.append('set-cookie', cookie.set(encodeURIComponent(path)));
    },
    kept: (request) => localPath(decoded(cookie.read(request.headers.cookie) ?? '')),
    forget: (response) => void response.append('set-cookie', cookie.clear()),
  };
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
