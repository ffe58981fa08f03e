/**
 * Asking for a link by mail: `/sign-in` has the form, and what it answers is the same whoever is named. The browser that asks
 * is given a secret, and waits at `/sign-in/asked`, where the number of a link that was opened elsewhere is typed.
 */
import type { Express, Request, Response } from 'express';
import { isToken } from '../../../approval/ids.js';
import type { Token } from '../../../approval/brand.js';
import { typedMailbox } from '../../../base/net/mailbox.js';
import type { MailedLinks } from '../../../identity/links/mailed-links.js';
import type { MailTo } from '../../../identity/links/mailing.js';
import { readForm, type Form } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import { begunBy, signedIn } from '../../shared/signed-in.js';
import { notFoundPage } from '../../shared/pages/message-page.js';
import { routeBackToForm } from '../back-to-form.js';
import { askedPage, noMailboxPage, signInFormPage, tooOftenPage } from './mail-pages.js';
import { FACTOR_PATH } from './factor-pages.js';
import { offerOf } from './offer.js';
import { askerCookie, nextOf, noteRefused, startSession, whereOf, type SignInDeps } from './sign-in.js';

export interface SignInMailDeps extends SignInDeps {
  /** Whom the request asks that a link names, as long as it waits. */
  readonly approversAsked: (token: Token) => Promise<MailTo>;
}

type Route = (request: Request, response: Response) => Promise<void>;

const ASKED_PATH = '/sign-in/asked';
const NUMBER_PATH = '/sign-in/number';

export function routeSignInMail(app: Express, deps: SignInMailDeps): void {
  app.get('/sign-in', (request, response) => showForm(deps, request, response));
  app.post('/sign-in', withLinks(deps, ask));
  app.get(ASKED_PATH, (request, response) => showAsked(deps, request, response));
  app.post(NUMBER_PATH, withLinks(deps, typeNumber));
  routeBackToForm(app, ASKED_PATH, [NUMBER_PATH]);
}

async function showForm(deps: SignInMailDeps, request: Request, response: Response): Promise<void> {
  const { identity, wayBack, sendPage } = deps;
  const next = nextOf(request);
  if ((await signedIn(identity.sessions, request)) !== null) return response.redirect(303, next ?? '/');
  if (next !== null) wayBack.keep(response, next);
  const begun = await begunBy(identity.sessions, request);
  if (begun !== null && request.query['again'] === undefined) return response.redirect(303, FACTOR_PATH);
  sendPage(response, { ...signInFormPage(offerOf(deps, request, { back: next })), status: 200 });
}

/** A post from our own page, where mail is sent at all. */
function withLinks(
  deps: SignInMailDeps,
  go: (deps: SignInMailDeps, of: { readonly links: MailedLinks; readonly form: Form }, at: At) => Promise<void>,
): Route {
  return async (request, response) => {
    const { identity, sendPage, publicUrl } = deps;
    const { mailedLinks: links } = identity;
    if (links === null) return sendPage(response, notFoundPage());
    if (!identity.sessions.isSameOrigin(request.headers))
      return sendPage(response, messages.foreignFormPage(publicUrl));
    const form = await readForm(request);
    if (form === null) return sendPage(response, messages.badFormPage());
    await go(deps, { links, form }, { request, response });
  };
}

interface At {
  readonly request: Request;
  readonly response: Response;
}

async function ask(
  deps: SignInMailDeps,
  { links, form }: { readonly links: MailedLinks; readonly form: Form },
  { request, response }: At,
): Promise<void> {
  const to = await whomIn(form, deps);
  if (to === null) return deps.sendPage(response, noMailboxPage(offerOf(deps, request), form.get('address') ?? ''));
  const browserSecret = askerCookie(deps.publicUrl).read(request.headers.cookie);
  const browser = await links.ask(to, { ...whereOf(deps, request), network: deps.networkOf(request), browserSecret });
  if (browser === null) return deps.sendPage(response, tooOftenPage());
  response.append('set-cookie', askerCookie(deps.publicUrl).set(browser));
  const session = await signedIn(deps.identity.sessions, request);
  response.redirect(303, session === null ? ASKED_PATH : `${ASKED_PATH}?again=${session.id}`);
}

/** Null: what was typed is no address. */
async function whomIn(form: Form, { approversAsked }: SignInMailDeps): Promise<MailTo | null> {
  const token = form.get('request');
  if (isToken(token)) return approversAsked(token);
  const mailbox = typedMailbox(form.get('address') ?? '');
  return mailbox === null ? null : { by: 'mailbox', mailbox };
}

async function showAsked({ identity, wayBack, sendPage }: SignInMailDeps, request: Request, response: Response) {
  if (identity.mailedLinks === null) return sendPage(response, notFoundPage());
  const session = await signedIn(identity.sessions, request);
  // whoever is signed in and asks again waits for another session than that
  if (session !== null && session.id !== request.query['again'])
    return response.redirect(303, wayBack.kept(request) ?? '/'); // by the mail's link, in another tab
  sendPage(response, askedPage(null));
}

async function typeNumber(
  deps: SignInMailDeps,
  { links, form }: { readonly links: MailedLinks; readonly form: Form },
  at: At,
): Promise<void> {
  const typed = form.get('number') ?? '';
  const proof = links.numberProof(typed, askerCookie(deps.publicUrl).read(at.request.headers.cookie));
  if (proof === null) noteRefused(deps, at.request, { reason: 'number_wrong' });
  else if (await startSession(deps, at, { proof, next: null })) return;
  deps.sendPage(at.response, askedPage(typed));
}
