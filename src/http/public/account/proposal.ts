/**
 * Proposing a second factor to whoever has none, where the policy offers one. Never before what they came for: after a sign-in that
 * leads nowhere else, while no request waits for them, and as one line below a request that they have decided. Once in 90 days for each
 * account and browser, which a cookie keeps: it opens nothing.
 */
import type { Request, Response } from 'express';
import { sha256Hex } from '../../../base/crypto/digest.js';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';

export const SET_UP_PATH = '/account/set-up';
/** Where a sign-in leads that leads nowhere else. */
export const AFTER_SIGN_IN = `${SET_UP_PATH}?after=sign-in`;

const MAX_AGE_SECONDS = 90 * 86_400;
/** Of the hash that names the account to this cookie alone. */
const NAME_DIGITS = 16;

export function isProposed(publicUrl: string, request: Request, session: Session): boolean {
  const { approver, isOperator } = session.account;
  const hasRights = approver !== null || isOperator; // whoever has none has nothing to guard
  if (!session.mayEnrol || !hasRights) return false;
  return proposedCookie(publicUrl).read(request.headers.cookie) !== nameOf(session);
}

/** Not again for a while. */
export function keepProposed(publicUrl: string, response: Response, session: Session): void {
  response.append('set-cookie', proposedCookie(publicUrl).set(nameOf(session)));
}

function proposedCookie(publicUrl: string): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-proposed', maxAgeSeconds: MAX_AGE_SECONDS });
}

function nameOf({ account }: Session): string {
  return sha256Hex(`proposed to ${account.id}`).slice(0, NAME_DIGITS);
}

/** Below what they came for. */
export const PROPOSAL: Html = html`<p class="aside">
  <a href="${SET_UP_PATH}">Sign in by a fingerprint next time</a>
</p>`;
