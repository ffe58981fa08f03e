/**
 * After signing out: a page that says that it is done. Whoever had come from a provider may sign out there, too, by a button
 * of their own and never by themselves. The page changes nothing: they are signed out here when it is drawn.
 */
import type { Express, Request, Response } from 'express';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import { html } from '../../../base/text/html.js';
import type { Identity } from '../../../identity/identity.js';
import type { Offered } from '../../../identity/providers/providers.js';
import { SIGNED_OUT_PATH } from '../../../identity/providers/signing-out.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page, PageSender } from '../../shared/pages/page.js';
import { begunBy } from '../../shared/signed-in.js';
import type { SignInDeps } from './sign-in.js';

type Deps = Pick<SignInDeps, 'identity' | 'sendPage' | 'publicUrl'>;

export function routeSignedOut(app: Express, deps: Deps): void {
  app.get(SIGNED_OUT_PATH, (request, response) => look(deps, request, response));
}

export interface AfterSignOutDeps {
  readonly identity: { readonly providers: Pick<Identity['providers'], 'leavable'> };
  readonly publicUrl: string;
  readonly sendPage: PageSender;
}

interface SignedOut {
  readonly session: Session;
  readonly response: Response;
  /** What is said where no provider is to be signed out of; the page of every sign-out where absent. */
  readonly done?: Page;
}

/** Leads on whoever has signed out of this session. */
export async function afterSignOut(deps: AfterSignOutDeps, { session, response, done }: SignedOut): Promise<void> {
  const from = await deps.identity.providers.leavable(session);
  if (from === null && done !== undefined) return deps.sendPage(response, done);
  if (from === null) return response.redirect(303, SIGNED_OUT_PATH);
  response.append('set-cookie', leavingCookie(deps.publicUrl).set(from));
  response.redirect(303, `${SIGNED_OUT_PATH}?${new URLSearchParams({ from }).toString()}`);
}

const GOOD_FOR_SECONDS = 600;

/** The provider they signed out of here, and with what they come back from it once the page was drawn. It opens nothing. */
function leavingCookie(publicUrl: string): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-leaving', maxAgeSeconds: GOOD_FOR_SECONDS });
}

async function look(deps: Deps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  const { providers } = identity;
  const { from, state } = request.query;
  const cookie = leavingCookie(publicUrl);
  if ((await begunBy(identity.sessions, request)) !== null) return response.redirect(303, '/');
  const [name = '', left] = cookie.read(request.headers.cookie)?.split('.') ?? [];
  if (typeof state === 'string') {
    const provider = left === state ? providers.find(name) : null;
    if (provider === null) return response.redirect(303, '/');
    response.append('set-cookie', cookie.clear());
    return sendPage(response, leftPage(provider));
  }
  if (from === undefined) return sendPage(response, outPage());
  const provider = from === name ? providers.find(name) : null; // anybody may open this address
  if (provider === null) return response.redirect(303, '/');
  const leaving = await providers.leave(provider.name);
  if (leaving === null) return sendPage(response, outPage());
  response.append('set-cookie', cookie.set(`${provider.name}.${leaving.state}`));
  sendPage(response, signedOutPage(provider, leaving.url));
}

/** A link, because a form of ours may only be sent to this host. */
function signedOutPage({ title }: Offered, url: string): Page {
  const body = html`<section class="card">
    ${banner('good', 'Signed out here')}
    <p>At ${title} you are still signed in. Whoever uses this browser after you gets in with it again.</p>
    <p><a class="button primary" href="${url}">Sign out at ${title}, too</a></p>
    <p><a class="button" href="/">Sign in again</a></p>
  </section>`;
  return { status: 200, title: 'Signed out', body, asksToSignIn: true };
}

/** Says nothing but what is true of whoever may open it. */
function outPage(): Page {
  const body = html`<section class="card">
    ${banner('good', 'You are signed out')}
    <p>In this browser nobody is signed in at this gate any more.</p>
    <p><a class="button" href="/">Sign in again</a></p>
  </section>`;
  return { status: 200, title: 'Signed out', body, asksToSignIn: true };
}

function leftPage({ title }: Offered): Page {
  const body = html`<section class="card">
    ${banner('good', 'Signed out')}
    <p>You are signed out here, and ${title} has sent you back.</p>
    <p><a class="button" href="/">Sign in again</a></p>
  </section>`;
  return { status: 200, title: 'Signed out', body, asksToSignIn: true };
}
