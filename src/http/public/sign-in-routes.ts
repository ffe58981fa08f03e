/**
 * Signing in by a one-time link, and out. The link's GET shows a button and spends nothing; its POST, from that page
 * alone, makes the session. Without the origin check a stranger's form could sign a victim in as the stranger.
 */
import type { Express, Request, Response } from 'express';
import type { Identity } from '../../identity/identity.js';
import { readForm } from '../form.js';
import { badFormPage, foreignFormPage } from '../pages/message-page.js';
import type { PageSender } from '../pages/page.js';
import { deadLinkPage, signInPage } from '../pages/sign-in-page.js';
import { signedIn } from '../signed-in.js';
import { localPath, type WayBack } from '../way-back.js';

export interface SignInParts {
  readonly identity: Identity;
  readonly publicUrl: string;
  readonly wayBack: WayBack;
  readonly sendPage: PageSender;
}

export function routeSignIn(app: Express, parts: SignInParts): void {
  app.get('/sign-in/:secret', (request, response) => showButton(parts, request, response));
  app.post('/sign-in/:secret', (request, response) => signIn(parts, request, response));
  app.post('/sign-out', (request, response) => signOut(parts, request, response));
}

async function showButton(parts: SignInParts, request: Request, response: Response): Promise<void> {
  const { identity, wayBack, sendPage } = parts;
  const secret = secretOf(request);
  const approver = await identity.peek(secret);
  if (approver === null) return sendPage(response, deadLinkPage());
  sendPage(
    response,
    signInPage({
      approver,
      action: `/sign-in/${secret}`,
      wayBack: localPath(request.query['next']) ?? wayBack.kept(request),
      session: await signedIn(identity, request),
    }),
  );
}

async function signIn(parts: SignInParts, request: Request, response: Response): Promise<void> {
  const { identity, wayBack, sendPage, publicUrl } = parts;
  if (!identity.isSameOrigin(request.headers)) return sendPage(response, foreignFormPage(publicUrl));
  const form = await readForm(request);
  if (form === null) return sendPage(response, badFormPage());
  const signed = await identity.consume(secretOf(request));
  if (signed === null) return sendPage(response, deadLinkPage());
  // the link is spent: the new session reaches the browser even where ending the old one fails
  response.append('set-cookie', identity.cookie.set(signed.cookieValue));
  wayBack.forget(response);
  await endSession(identity, request);
  response.redirect(303, localPath(form.get('next')) ?? '/');
}

async function signOut(parts: SignInParts, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = parts;
  if (!identity.isSameOrigin(request.headers)) return sendPage(response, foreignFormPage(publicUrl));
  const session = await signedIn(identity, request);
  const form = await readForm(request);
  if (session !== null && !session.isCsrfToken('sign-out', form?.get('csrf'))) {
    return sendPage(response, foreignFormPage(publicUrl));
  }
  await endSession(identity, request);
  response.append('set-cookie', identity.cookie.clear());
  response.redirect(303, '/');
}

/** The session of before, if any: a browser has one, and a left-behind one would live on unseen. */
async function endSession(identity: Identity, request: Request): Promise<void> {
  const cookieValue = identity.cookie.read(request.headers.cookie);
  if (cookieValue !== undefined) await identity.end(cookieValue);
}

function secretOf(request: Request): string {
  const secret = request.params['secret'];
  return typeof secret === 'string' ? secret : '';
}
