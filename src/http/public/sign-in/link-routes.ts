/**
 * Signing in by a one-time link, whether an operator made it, to sign in or to enrol, or it was mailed, and signing
 * out. The link's GET shows a button and spends nothing; its POST, from that page alone, makes the session. Without the
 * origin check a stranger's form could sign a victim in as the stranger.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import { SIGNED_OUT_PATH } from '../../../identity/providers/signing-out.js';
import { readForm } from '../../shared/form.js';
import { badFormPage, foreignFormPage } from '../../shared/pages/message-page.js';
import { signedIn } from '../../shared/signed-in.js';
import { localPath } from '../../shared/way-back.js';
import { deadLinkPage, numberPage, openedElsewherePage, overEnrolmentPage, signInPage } from './link-pages.js';
import { afterSignOut } from './signed-out-routes.js';
import { askerCookie, endSession, nextOf, noteRefused, startSession, type SignInDeps } from './sign-in.js';

export function routeSignInLinks(app: Express, deps: SignInDeps): void {
  app.get('/sign-in/:secret', ofASecret(deps, showButton));
  app.post('/sign-in/:secret', ofASecret(deps, press));
  app.post('/sign-out', (request, response) => signOut(deps, request, response));
}

/** A link that was cut short gets the page that says what to do; what is no hex at all is another path. */
const LIKE_A_SECRET = /^[0-9a-f]+$/;

function ofASecret(
  deps: SignInDeps,
  go: (deps: SignInDeps, request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return (request, response, next) =>
    LIKE_A_SECRET.test(secretOf(request)) ? go(deps, request, response) : next('route');
}

async function showButton(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, wayBack, sendPage } = deps;
  const secret = secretOf(request);
  const action = `/sign-in/${secret}`;
  const opened = await openedLink(deps, request);
  if (opened === null) {
    noteRefused(deps, request, { reason: 'link_not_good' });
    return sendDead(deps, request, response);
  }
  if (opened.kind === 'elsewhere') return sendPage(response, openedElsewherePage({ ...opened, action }));
  sendPage(
    response,
    signInPage({
      account: opened.account,
      action,
      wayBack: nextOf(request) ?? wayBack.kept(request),
      session: await signedIn(identity.sessions, request),
    }),
  );
}

/** A link as this browser may use it. */
async function openedLink({ identity, publicUrl }: SignInDeps, request: Request) {
  const secret = secretOf(request);
  const made = (await identity.signInLinks.prove(secret)) ?? (await identity.enrolments.prove(secret));
  if (made !== null) return { kind: 'usable', ...made } as const;
  const browser = askerCookie(publicUrl).read(request.headers.cookie);
  const mailed = await identity.mailedLinks?.prove(secret, browser);
  if (mailed) return { kind: 'usable', ...mailed } as const;
  const looked = await identity.mailedLinks?.look(secret, browser);
  return looked ? ({ kind: 'elsewhere', ...looked } as const) : null;
}

async function press(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, foreignFormPage(publicUrl));
  const form = await readForm(request);
  if (form === null) return sendPage(response, badFormPage());
  const opened = await openedLink(deps, request);
  if (opened === null) noteRefused(deps, request, { reason: 'link_not_good' });
  else if (opened.kind === 'elsewhere') {
    const number = await identity.mailedLinks?.showNumber(secretOf(request));
    if (number) return sendPage(response, numberPage({ ...opened, number }));
  } else {
    const next = localPath(form.get('next')) ?? '/';
    if (await startSession(deps, { request, response }, { proof: opened.proof, next })) return;
  }
  await sendDead(deps, request, response);
}

async function sendDead({ identity, sendPage }: SignInDeps, request: Request, response: Response): Promise<void> {
  const byMail = identity.mailedLinks !== null;
  const isOver = await identity.enrolments.isOver(secretOf(request));
  sendPage(response, isOver ? overEnrolmentPage(byMail) : deadLinkPage(byMail));
}

async function signOut(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, foreignFormPage(publicUrl));
  const session = await signedIn(identity.sessions, request);
  const form = await readForm(request);
  if (session !== null && !session.isCsrfToken('sign-out', form?.get('csrf'))) {
    return sendPage(response, foreignFormPage(publicUrl));
  }
  if (session === null) await endSession(identity, request);
  else await identity.sessions.signOut(session, deps.addressOf(request));
  response.append('set-cookie', identity.sessions.cookie.clear());
  if (session === null) return response.redirect(303, SIGNED_OUT_PATH);
  await afterSignOut(deps, { session, response });
}

function secretOf(request: Request): string {
  const secret = request.params['secret'];
  return typeof secret === 'string' ? secret : '';
}
