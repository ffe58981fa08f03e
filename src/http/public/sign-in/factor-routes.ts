/**
 * Giving the second factor. Whoever has given a first one has a session that signs nobody in; a number or a code that is right starts
 * another, and ends that one. A passkey is no matter of this form: it signs in by itself.
 */
import type { Express, Request, Response } from 'express';
import { readForm } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import { begunBy } from '../../shared/signed-in.js';
import { ACCOUNT_PATH } from '../account/section.js';
import { personOf } from '../account/setting-up.js';
import { enrolmentPage, FACTOR_PATH, FACTOR_PURPOSE, factorPage, typedIn, type FactorFacts } from './factor-pages.js';
import { noteRefused, startSession, type SignInDeps } from './sign-in.js';

export function routeSecondFactor(app: Express, deps: SignInDeps): void {
  app.get(FACTOR_PATH, (request, response) => show(deps, request, response));
  app.post(FACTOR_PATH, (request, response) => give(deps, request, response));
}

async function show(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const session = await begunBy(deps.identity.sessions, request);
  if (session === null) return response.redirect(303, '/sign-in');
  if (session.lacks === null) {
    deps.wayBack.forget(response);
    return response.redirect(303, deps.wayBack.kept(request) ?? ACCOUNT_PATH);
  }
  await sendFactor(deps, response, { session, trouble: null });
}

async function sendFactor(
  { identity, sendPage }: SignInDeps,
  response: Response,
  { session, trouble }: Pick<FactorFacts, 'session' | 'trouble'>,
): Promise<void> {
  const hasPasskeys = identity.passkeys !== null;
  if (session.lacks === 'enrolment') return sendPage(response, enrolmentPage(session, hasPasskeys));
  const factors = await identity.secondFactor.of(session.account.id);
  sendPage(response, factorPage({ session, factors, hasPasskeys, trouble }));
}

async function give(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, messages.foreignFormPage(publicUrl));
  const session = await begunBy(deps.identity.sessions, request);
  if (session === null) return response.redirect(303, '/sign-in');
  const form = await readForm(request);
  if (form === null || !session.isCsrfToken(FACTOR_PURPOSE, form.get('csrf')))
    return sendPage(response, messages.foreignFormPage(publicUrl));
  if (session.lacks !== 'second_factor') return response.redirect(303, FACTOR_PATH);
  const proof = await identity.secondFactor.prove(personOf(deps, request, session), typedIn(form));
  if (typeof proof === 'string') {
    noteRefused(deps, request, { reason: `second_factor_${proof}`, account: session.account.id });
    return sendFactor(deps, response, { session, trouble: proof });
  }
  if (await startSession(deps, { request, response }, { proof, next: null })) return;
  await sendFactor(deps, response, { session, trouble: 'wrong' });
}
