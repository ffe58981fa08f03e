/**
 * Proving once more who is signed in: by a factor, or, for whoever has none, by signing in anew. Either starts another session, and leads
 * to where they were.
 */
import type { Express, Request, Response } from 'express';
import { adminPathIn, adminWay, againForAdmin, AT, isAdminWay } from '../../shared/admin-way.js';
import { readForm } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import { onlyOne } from '../../shared/query.js';
import { begunBy } from '../../shared/signed-in.js';
import { isTopLevel, isWanted } from '../../shared/top-level.js';
import { isProvenLately } from '../account/proven-lately.js';
import { ACCOUNT_PATH } from '../account/section.js';
import { personOf } from '../account/setting-up.js';
import {
  AGAIN_FOR_SECOND_PATH,
  AGAIN_PATH,
  AGAIN_PURPOSE,
  againPage,
  whySignInAgain,
  type AgainFacts,
} from './again-pages.js';
import { enrolmentPage, FACTOR_PATH, typedIn } from './factor-pages.js';
import { signInAgainPage } from './mail-pages.js';
import { offerOf } from './offer.js';
import { noteRefused, startSession, type SignInDeps } from './sign-in.js';

export function routeAgain(app: Express, deps: SignInDeps): void {
  app.get(AGAIN_PATH, (request, response) => look(deps, { request, response }));
  app.post(AGAIN_PATH, (request, response) => give(deps, { request, response }));
}

interface At {
  readonly request: Request;
  readonly response: Response;
}

/** A look asks, and no more than so many questions are asked an hour: another site's page must not use them up. */
function look(deps: SignInDeps, at: At): Promise<void> | void {
  const { request, response } = at;
  if (!isTopLevel(request)) return deps.sendPage(response, messages.notAPagePage());
  if (!isWanted(request)) return deps.sendPage(response, messages.goOnPage(pathOf(request)));
  if (isForAdmin(request)) deps.wayBack.keep(response, adminWay(adminPathOf(request)));
  return show(deps, at, null);
}

function pathOf(request: Request): string {
  if (isForAdmin(request)) return againForAdmin(adminPathOf(request));
  return request.query['for'] === 'second' ? AGAIN_FOR_SECOND_PATH : AGAIN_PATH;
}

/** The admin plane takes a passkey or an app alone. */
function isForAdmin({ query }: Request): boolean {
  return query['for'] === 'admin';
}

function adminPathOf({ query }: Request): string {
  return adminPathIn(onlyOne(query, AT));
}

async function show(deps: SignInDeps, { request, response }: At, trouble: AgainFacts['trouble']): Promise<void> {
  const { identity, sendPage, wayBack } = deps;
  const session = await begunBy(identity.sessions, request);
  if (session === null) return response.redirect(303, '/sign-in');
  if (session.lacks === 'second_factor') return response.redirect(303, FACTOR_PATH);
  const factors = await identity.secondFactor.of(session.account.id);
  const hasPasskeys = identity.passkeys !== null;
  if (factors.hasTotp || factors.passkeys > 0) {
    const asked = await identity.again.ask(personOf(deps, request, session));
    const isCodeOfUse = !isForAdmin(request) && !isAdminWay(wayBack.kept(request));
    const more = {
      isCodeOfUse,
      asked: asked ?? '',
      trouble: asked === null ? ('asked_too_often' as const) : trouble,
    };
    return sendPage(response, againPage({ session, factors, hasPasskeys, ...more }));
  }
  // setting one up wants a proof of just now; asked for here, it leads back to where a factor is wanted
  const isForSecond = request.query['for'] === 'second' || isForAdmin(request);
  if (isForSecond && isProvenLately(session, deps))
    return sendPage(response, { ...enrolmentPage(session, hasPasskeys), session });
  const isForChange = isForSecond || wayBack.kept(request)?.startsWith(ACCOUNT_PATH) === true;
  const why = whySignInAgain(session, { isForChange, nowMs: deps.clock.nowMs() });
  sendPage(response, signInAgainPage(offerOf(deps, request), session, why));
}

async function give(deps: SignInDeps, at: At): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  const { request, response } = at;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, messages.foreignFormPage(publicUrl));
  const session = await begunBy(identity.sessions, request);
  if (session === null) return response.redirect(303, '/sign-in');
  const form = await readForm(request);
  if (form === null || !session.isCsrfToken(AGAIN_PURPOSE, form.get('csrf')))
    return sendPage(response, messages.foreignFormPage(publicUrl));
  if (session.lacks === 'second_factor') return response.redirect(303, FACTOR_PATH);
  const person = personOf(deps, request, session);
  const proof = await identity.again.prove(person, form.get('asked') ?? '', typedIn(form));
  if (typeof proof === 'string') {
    noteRefused(deps, request, { reason: `second_factor_${proof}`, account: session.account.id });
    return show(deps, at, proof);
  }
  if (await startSession(deps, at, { proof, next: null })) return;
  await show(deps, at, 'wrong');
}
