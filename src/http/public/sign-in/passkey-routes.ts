/**
 * Signing in by a passkey. The page's script asks for a question, which is bound to this browser, and sends what the device signed
 * as a form: the session starts where every session does.
 */
import type { Express, Request, Response } from 'express';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import { CHALLENGE_TTL_SECONDS, type Passkeys } from '../../../identity/factors/passkeys.js';
import { readForm } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import { refusal, send } from '../../shared/reply.js';
import { routeBackToForm } from '../back-to-form.js';
import { ANSWER_PATH, passkeyRefusedPage, QUESTION_PATH } from './passkey-pages.js';
import { noteRefused, startSession, type SignInDeps } from './sign-in.js';

export function routePasskeySignIn(app: Express, deps: SignInDeps): void {
  const { passkeys } = deps.identity;
  if (passkeys === null) return;
  const cookie = hostCookie(deps.publicUrl, { name: 'gate-passkey', maxAgeSeconds: CHALLENGE_TTL_SECONDS });
  const own = { ...deps, passkeys, cookie };
  app.post(QUESTION_PATH, (request, response) => ask(own, request, response));
  app.post(ANSWER_PATH, (request, response) => answer(own, request, response));
  routeBackToForm(app, '/sign-in', [QUESTION_PATH, ANSWER_PATH]);
}

interface PasskeySignInDeps extends SignInDeps {
  readonly passkeys: Passkeys;
  /** Held by the browser that asked. Several tabs share it. */
  readonly cookie: HostCookie;
}

async function ask(deps: PasskeySignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, passkeys, cookie } = deps;
  if (!identity.sessions.isSameOrigin(request.headers))
    return send(response, refusal(403, 'foreign_form', 'This was not asked from a page of this gate.'));
  const asker = { address: deps.addressOf(request), network: deps.networkOf(request) };
  const asked = await passkeys.askToSignIn(cookie.read(request.headers.cookie), asker);
  if (asked === null) return send(response, refusal(429, 'too_many', 'Too many were asked for from where you are.'));
  response.append('set-cookie', cookie.set(asked.browser));
  send(response, { status: 200, body: asked.question });
}

async function answer(deps: PasskeySignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, passkeys, cookie, publicUrl, sendPage } = deps;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, messages.foreignFormPage(publicUrl));
  const form = await readForm(request);
  if (form === null) return sendPage(response, messages.badFormPage());
  const proof = await passkeys.prove(form.get('answer') ?? '', cookie.read(request.headers.cookie));
  if (proof === null) noteRefused(deps, request, { reason: 'passkey_refused' });
  else if (await startSession(deps, { request, response }, { proof, next: null })) return;
  sendPage(response, passkeyRefusedPage());
}
