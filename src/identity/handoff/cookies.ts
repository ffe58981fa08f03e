/** The cookies of an origin to which people are handed on: one for each handoff that was begun, and one for who is signed in. */
import { hostCookie, type HostCookie } from '../../base/net/host-cookie.js';
import { STATE_COOKIE_PREFIX } from '../../base/net/own-cookies.js';

/** So long somebody may take to sign in at the auth host. */
export const STATE_TTL_SECONDS = 600;
/** So long a session at another origin lasts; then it is handed on anew. */
export const HANDED_OUT_TTL_SECONDS = 43_200;

const STATE_DIGITS = 8;
/** Beyond so many all that were begun are forgotten: a browser sends each of them with every request. */
const MAX_STATES = 16;

/** The admin plane has a name of its own: cookies do not tell ports apart, and on one machine a site may be at the same host. */
export function handedOutCookie(origin: string, adminUrl: string): HostCookie {
  const name = origin === adminUrl ? 'kg-admin' : 'kg';
  return hostCookie(origin, { name, maxAgeSeconds: HANDED_OUT_TTL_SECONDS });
}

/** Named for the state, so that several tabs that begin at once do not overwrite each other's. */
export function stateCookie(origin: string, stateHash: string): HostCookie {
  const name = `${STATE_COOKIE_PREFIX}${stateHash.slice(0, STATE_DIGITS)}` as const;
  return hostCookie(origin, { name, maxAgeSeconds: STATE_TTL_SECONDS });
}

/** `Set-Cookie` values that remove what was begun, where it has become too much. */
export function surplusStates(origin: string, header: string | undefined): readonly string[] {
  const digits = new RegExp(`(?:^|[ ;])(?:__Host-)?${STATE_COOKIE_PREFIX}([0-9a-f]{${String(STATE_DIGITS)}})=`, 'g');
  const begun = [...(header ?? '').matchAll(digits)].map(([, found = '']) => found);
  return begun.length < MAX_STATES ? [] : begun.map((found) => stateCookie(origin, found).clear());
}
