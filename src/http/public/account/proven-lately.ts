/**
 * What changes how somebody proves who they are is open to whoever has proven it just now: whoever finds a browser that was left open adds
 * nothing of theirs, and removes nothing.
 */
import type { Response } from 'express';
import { PROVEN_WITHIN_MS } from '../../../identity/accounts/login-or-link.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { AGAIN_PATH } from '../sign-in/again-pages.js';
import type { SignInDeps } from '../sign-in/sign-in.js';

/** Not of a session that a version of before began. */
export function isProvenLately(
  { authenticatedAtMs }: Pick<Session, 'authenticatedAtMs'>,
  { clock }: Pick<SignInDeps, 'clock'>,
): boolean {
  return authenticatedAtMs !== null && clock.nowMs() - authenticatedAtMs <= PROVEN_WITHIN_MS;
}

/** And back to `path`, which is a page. */
export function proveAgain({ wayBack }: Pick<SignInDeps, 'wayBack'>, response: Response, path: string): void {
  wayBack.keep(response, path);
  response.redirect(303, AGAIN_PATH);
}
