/** Where a second factor is proposed. Setting one up is the business of its own page; here is the way there, and past it. */
import type { Express, Request, Response } from 'express';
import type { Desk } from '../../../contract/desk.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { foreignFormPage } from '../../shared/pages/message-page.js';
import { actorOf, signedIn } from '../../shared/signed-in.js';
import { routeBackToForm } from '../back-to-form.js';
import { readOwnForm } from '../own-form.js';
import { whereOf, type SignInDeps } from '../sign-in/sign-in.js';
import { keepProposed, SET_UP_PATH } from './proposal.js';
import { APP_STEP, appStepPage, NOT_NOW_PATH, NOT_NOW_PURPOSE, passkeyStepPage } from './set-up-pages.js';

export interface SetUpDeps extends SignInDeps {
  readonly desk: Pick<Desk, 'pending'>;
}

export function routeSetUp(app: Express, deps: SetUpDeps): void {
  app.get(SET_UP_PATH, (request, response) => show(deps, request, response));
  routeBackToForm(app, SET_UP_PATH, [NOT_NOW_PATH]);
  app.post(NOT_NOW_PATH, (request, response) => notNow(deps, request, response));
}

async function show(deps: SetUpDeps, request: Request, response: Response): Promise<void> {
  const { identity, publicUrl, sendPage } = deps;
  const session = await signedIn(identity.sessions, request);
  if (session === null) return response.redirect(303, `/sign-in?next=${SET_UP_PATH}`);
  if (!session.mayEnrol) return response.redirect(303, '/');
  const { after, step } = request.query;
  if (after !== undefined && (await isAwaited(deps, session))) return response.redirect(303, '/');
  keepProposed(publicUrl, response, session);
  const isForApp = step === APP_STEP || identity.passkeys === null;
  sendPage(response, isForApp ? appStepPage(session) : passkeyStepPage(session, whereOf(deps, request).browser));
}

/** By requests, which come first; also where nobody can say. */
async function isAwaited({ desk }: SetUpDeps, session: Session): Promise<boolean> {
  if (session.account.approver === null) return false;
  const seen = await desk.pending({ actor: actorOf(session) });
  return seen.kind !== 'seen' || seen.value.length > 0;
}

async function notNow(deps: SetUpDeps, request: Request, response: Response): Promise<void> {
  const posted = await readOwnForm(deps.identity, request, () => NOT_NOW_PURPOSE);
  if (posted.kind === 'foreign') return deps.sendPage(response, foreignFormPage(deps.publicUrl));
  if (posted.kind === 'signed_out') return response.redirect(303, '/sign-in');
  const isLast = posted.form.get('step') === APP_STEP;
  response.redirect(303, isLast ? '/' : `${SET_UP_PATH}?step=${APP_STEP}`);
}
