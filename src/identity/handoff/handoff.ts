/**
 * Handing on whoever is signed in at the auth host to another origin of ours.
 *
 *   begin, at the origin ──▶ /handoff, at the auth host ──signed in──▶ redeem, at the origin ──▶ signed in there, too
 *
 * Each step is good once and in one browser. What is handed on ends with the session that it is of.
 */
import type { HandoffAtOrigin } from '../../contract/handoff.js';
import { atOrigin, type AtOriginDeps } from './at-origin.js';
import { continuing, type Asked, type AtAuthHostDeps, type Continued } from './at-auth-host.js';
import type { SessionsThere } from './signed-in-there.js';

export interface Handoff extends HandoffAtOrigin, SessionsThere {
  /** At the auth host. */
  continueAt(asked: Asked): Promise<Continued>;
}

export function createHandoff(deps: AtOriginDeps & AtAuthHostDeps): Handoff {
  return { ...atOrigin(deps), continueAt: continuing(deps) };
}
