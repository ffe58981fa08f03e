/**
 * Every cookie that the gate sets, by name; over https each has `__Host-` before it. Cookies do not tell ports apart,
 * so that on one machine a site is sent all of them: what stands before it takes them out by this list.
 */

export const OWN_COOKIES = [
  // at the auth host: who is signed in, and what it takes to get there
  'gate',
  'gate-asked',
  'gate-code',
  'gate-leaving',
  'gate-next',
  'gate-passkey',
  'gate-proposed',
  'gate-way',
  'gate-with',
  // at the admin plane
  'kg-admin',
  // at a protected host
  'kg',
] as const;

/** And one for each handoff that was begun, at the origin that asked. */
export const STATE_COOKIE_PREFIX = 'kg-s-';

export type OwnCookie = (typeof OWN_COOKIES)[number] | `${typeof STATE_COOKIE_PREFIX}${string}`;
