/**
 * Signing in at the admin plane. Its pages know nobody by the auth host's own cookie: a browser is led to `PUBLIC_URL` and back, and
 * gets a session of this origin, which ends with the one that it is of. All of this stands before the guard, and none of it tells who
 * may do what.
 */
import type { Express, Request, Response } from 'express';
import { html } from '../../../base/text/html.js';
import { RESERVED, SIGNED_IN } from '../../../approval/reserved-paths.js';
import type { AtOrigin } from '../../../contract/handoff.js';
import type { Identity } from '../../../identity/identity.js';
import { sameOrigin } from '../../../identity/sessions/same-origin.js';
import { readForm } from '../../shared/form.js';
import { foreignFormPage, goOnPage, messagePage } from '../../shared/pages/message-page.js';
import type { Page, PageSender } from '../../shared/pages/page.js';
import { onlyOne } from '../../shared/query.js';
import { isTopLevel, isWanted } from '../../shared/top-level.js';
import { localPath } from '../../shared/way-back.js';
import { networkAt, type AddressOf } from './caller-address.js';

/** What it takes to know a browser here. */
export interface AtAdminDeps {
  /** Origin without a trailing slash. */
  readonly adminUrl: string;
  readonly addressOf: AddressOf;
}

export interface AdminSignInDeps extends AtAdminDeps {
  readonly identity: Pick<Identity, 'handoff'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  readonly sendPage: PageSender;
}

const SIGNED_IN_PATH = `${RESERVED}${SIGNED_IN}`;
const SIGNED_OUT = '/session/ended';
export const ADMIN_SIGN_OUT = '/session/end';

export function routeAdminSignIn(app: Express, deps: AdminSignInDeps): void {
  // before GET: Express would answer a HEAD by it, and that would use up what is good once
  app.head(SIGNED_IN_PATH, (_request, response) => void response.status(405).set('allow', 'GET').end());
  app.get(SIGNED_IN_PATH, (request, response) => finish(deps, request, response));
  app.get(SIGNED_OUT, (_request, response) => deps.sendPage(response, signedOutPage(deps.publicUrl)));
  app.post(ADMIN_SIGN_OUT, (request, response) => signOut(deps, request, response));
}

/** Whether a person goes to a page here; programs are answered, and led nowhere. */
export function isVisit(request: Request): boolean {
  return request.method === 'GET' && isTopLevel(request) && request.accepts(['json', 'html']) === 'html';
}

/** Leads whoever is not signed in to the auth host. */
export async function leadToSignIn(deps: AdminSignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, adminUrl, sendPage } = deps;
  const back = backOf(request);
  // the session is of one origin: by another name of this plane the browser would come back without it
  if (request.headers.host !== new URL(adminUrl).host) return response.redirect(303, `${adminUrl}${back}`);
  // a handoff that is begun is counted
  if (!isWanted(request)) return sendPage(response, goOnPage(back));
  const begun = await identity.handoff.begin(atAdmin(deps, request), { back });
  if (begun.kind === 'too_many') return sendPage(response, tooManyPage());
  response.append('set-cookie', [...begun.cookies]);
  response.set('referrer-policy', 'no-referrer').redirect(303, begun.url);
}

async function finish(deps: AdminSignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage } = deps;
  if (!isVisit(request)) return sendPage(response, refusedPage());
  const [code, state, iss] = ['code', 'state', 'iss'].map((name) => onlyOne(request.query, name));
  const brought = { code, state, iss, site: null, address: deps.addressOf(request) };
  const redeemed = await identity.handoff.redeem(atAdmin(deps, request), brought);
  if (redeemed.kind === 'too_many') return sendPage(response, tooManyPage());
  response.append('set-cookie', [...redeemed.cookies]);
  if (redeemed.kind === 'refused') return sendPage(response, refusedPage());
  response.set('referrer-policy', 'no-referrer').redirect(303, redeemed.back);
}

async function signOut(deps: AdminSignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, adminUrl, sendPage } = deps;
  if (!sameOrigin(adminUrl, request.headers)) return sendPage(response, foreignFormPage(adminUrl));
  const at = atAdmin(deps, request);
  const session = await identity.handoff.find(at);
  const form = await readForm(request);
  if (session !== null && !session.isCsrfToken('sign-out', form?.get('csrf')))
    return sendPage(response, foreignFormPage(adminUrl));
  response.append('set-cookie', await identity.handoff.signOut(at, { site: null, address: deps.addressOf(request) }));
  response.redirect(303, SIGNED_OUT);
}

export function atAdmin({ adminUrl, addressOf }: AtAdminDeps, request: Request): AtOrigin {
  return { origin: adminUrl, cookies: request.headers.cookie, network: networkAt(addressOf(request)) };
}

/** The page that was asked for, unless it is one of these. */
function backOf({ originalUrl }: Request): string {
  const path = localPath(originalUrl) ?? '/';
  return path.startsWith(RESERVED) ? '/' : path;
}

function refusedPage(): Page {
  const body = html`<p>
      This was begun in another browser, took too long, or was opened before.
      <strong>Nobody was signed in by it.</strong>
    </p>
    <p><a class="button" href="/">Sign in again</a></p>`;
  return { ...messagePage(403, 'Not signed in', body), asksToSignIn: true };
}

function tooManyPage(): Page {
  const body = html`<p>Too many sign-ins were begun from your network. Try again in an hour.</p>`;
  return { ...messagePage(429, 'Too many', body), asksToSignIn: true };
}

function signedOutPage(publicUrl: string): Page {
  const body = html`<p>
      You are signed out here. At <a href="${publicUrl}/account">${publicUrl}</a> you are still signed in.
    </p>
    <p><a class="button" href="/">Sign in here again</a></p>`;
  return { ...messagePage(200, 'Signed out', body), asksToSignIn: true };
}
