/**
 * What changes how somebody proves who they are is open to whoever has proven it just now: whoever finds a browser that was left open adds
 * nothing of theirs, and removes nothing.
 */
import type { Request, Response } from 'express';
import { html } from '../../../base/text/html.js';
import { PROVEN_WITHIN_MS } from '../../../identity/accounts/login-or-link.js';
import type { Identity } from '../../../identity/identity.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
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

export interface MayChangeDeps extends Pick<SignInDeps, 'clock' | 'wayBack' | 'sendPage' | 'networkOf'> {
  readonly identity: Pick<Identity, 'formLimits'>;
}

interface Posted {
  readonly request: Request;
  readonly response: Response;
  readonly session: Session;
}

/**
 * Before each form that takes a way of signing in away: whether it is taken. Where it is not, that was answered; `path` is the page that
 * it stands on. No attempt is counted: whoever finds what a thief added must not be kept from removing it.
 */
export function mayRemove(
  deps: Pick<MayChangeDeps, 'clock' | 'wayBack'>,
  { response, session }: Posted,
  path: string,
): boolean {
  if (isProvenLately(session, deps)) return true;
  proveAgain(deps, response, path);
  return false;
}

/** The same before each form that adds or changes one, which is bounded. */
export async function mayChange(deps: MayChangeDeps, at: Posted, path: string): Promise<boolean> {
  if (!mayRemove(deps, at, path)) return false;
  const { request, response, session } = at;
  const { id: account, approver, isOperator } = session.account;
  const hasRights = approver !== null || isOperator;
  const by = { account, network: hasRights ? null : deps.networkOf(request) };
  if (await deps.identity.formLimits.ownWays.take(by)) return true;
  deps.sendPage(response, tooManyChangesPage(session, path));
  return false;
}

function tooManyChangesPage(session: Session, path: string): Page {
  const body = html`<p>
      Too much was changed of this account, or from your network, in the last hour.
      <strong>This was not.</strong> Come back in an hour.
    </p>
    <p><a class="button" href="${path}">Back</a></p>`;
  return { ...messagePage(429, 'Too many changes', body), session, headers: { 'retry-after': '3600' } };
}
