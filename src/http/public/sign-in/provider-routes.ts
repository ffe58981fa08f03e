/**
 * Signing in with a provider: a button of our own page begins it, and the provider sends the browser back. What comes back is
 * taken once, in the browser that began it.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import { languagesOf } from '../../../base/net/accept-language.js';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import { BEGUN_TTL_SECONDS, type Offered, type SignInFailure } from '../../../identity/providers/providers.js';
import { readForm } from '../../shared/form.js';
import { foreignFormPage } from '../../shared/pages/message-page.js';
import { signedIn } from '../../shared/signed-in.js';
import { ADD_PROVIDER } from '../account/providers.js';
import { mayChange } from '../account/proven-lately.js';
import { ACCOUNT_PATH } from '../account/section.js';
import { failedPage, goingOnPage } from './provider-pages.js';
import { noteRefused, startSession, type SignInDeps } from './sign-in.js';

interface At {
  readonly provider: Offered;
  readonly request: Request;
  readonly response: Response;
}

export function routeProviders(app: Express, deps: SignInDeps): void {
  app.post('/sign-in/with/:provider', ofAProvider(deps, begin));
  app.get(
    '/sign-in/with/:provider',
    ofAProvider(deps, (_deps, { response }) => Promise.resolve(response.redirect(303, '/sign-in'))),
  );
  app.get('/sign-in/with/:provider/callback', ofAProvider(deps, finish));
}

/** What is no provider of ours is another path. */
function ofAProvider(deps: SignInDeps, go: (deps: SignInDeps, at: At) => Promise<void>): RequestHandler {
  return (request, response, next) => {
    const { provider: name } = request.params;
    const provider = typeof name === 'string' ? deps.identity.providers.find(name) : null;
    return provider === null ? next('route') : go(deps, { provider, request, response });
  };
}

/** Held by the browser that began: only it goes on. One for all its tabs. */
function beginnerCookie(publicUrl: string): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-with', maxAgeSeconds: BEGUN_TTL_SECONDS });
}

async function begin(deps: SignInDeps, { provider, request, response }: At): Promise<void> {
  const { identity, wayBack, sendPage, publicUrl, networkOf } = deps;
  if (!identity.sessions.isSameOrigin(request.headers)) return sendPage(response, foreignFormPage(publicUrl));
  const form = await readForm(request);
  const isAdded = form?.has('csrf') === true; // by whoever is signed in, on the page of their account
  const session = isAdded ? await signedIn(identity.sessions, request) : null;
  if (isAdded && session?.isCsrfToken(ADD_PROVIDER, form.get('csrf')) !== true)
    return sendPage(response, foreignFormPage(publicUrl));
  if (session !== null && !(await mayChange(deps, { request, response, session }, ACCOUNT_PATH))) return;
  const cookie = beginnerCookie(publicUrl);
  const begun = await identity.providers.begin(provider.name, {
    browser: cookie.read(request.headers.cookie),
    network: networkOf(request),
    next: session === null ? wayBack.kept(request) : ACCOUNT_PATH,
    linkTo: session?.account.id ?? null,
    languages: languagesOf(request.headers['accept-language']),
  });
  if (begun.kind === 'failed') {
    noteRefused(deps, request, { reason: begun.failure, provider: provider.name });
    return sendPage(response, failedPage(provider, begun.failure, { session, next: null }));
  }
  response.append('set-cookie', cookie.set(begun.browser));
  sendPage(response, goingOnPage(provider, begun.url));
}

async function finish(deps: SignInDeps, { provider, request, response }: At): Promise<void> {
  const { identity, publicUrl, sendPage } = deps;
  const session = await signedIn(identity.sessions, request);
  const tell = (failure: SignInFailure, next: string | null): void =>
    sendPage(response, failedPage(provider, failure, { session, next }));
  const finished = await identity.providers.finish(provider.name, {
    browser: beginnerCookie(publicUrl).read(request.headers.cookie),
    query: new URL(request.originalUrl, publicUrl).search,
    session: session === null ? null : { account: session.account.id, provenAtMs: session.authenticatedAtMs ?? 0 },
  });
  if (finished.kind === 'failed') {
    noteRefused(deps, request, { reason: finished.failure, provider: provider.name });
    return tell(finished.failure, finished.next);
  }
  const { proof, next } = finished;
  if (!(await startSession(deps, { request, response }, { proof, next }))) tell('disabled', next);
}
