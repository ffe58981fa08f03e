/**
 * `/handoff`: a browser comes from an origin of ours to be signed in there, too. Whoever is signed in here goes straight on; whoever is
 * not signs in first, whichever way, and comes back. It is a page to go to, never a part of one: no other site can have it loaded
 * in a frame or by a script.
 */
import type { Express, Request, Response } from 'express';
import { never } from '../../../base/process/never.js';
import type { Asked } from '../../../identity/handoff/at-auth-host.js';
import { notAPagePage, notFoundPage } from '../../shared/pages/message-page.js';
import { onlyOne } from '../../shared/query.js';
import { isTopLevel } from '../../shared/top-level.js';
import { AGAIN_FOR_SECOND_PATH } from '../sign-in/again-pages.js';
import { FACTOR_PATH } from '../sign-in/factor-pages.js';
import type { SignInDeps } from '../sign-in/sign-in.js';
import { goingBackPage, overPage } from './handoff-pages.js';
import { HANDOFF_PATH } from './handoff-path.js';

/** Says that the browser was here before, and has signed in since. */
const AFTER_SIGN_IN = 'signed_in';

export function routeHandoff(app: Express, deps: SignInDeps): void {
  // before GET: Express would answer a HEAD by it, and that would use up what is good once
  app.head(HANDOFF_PATH, (_request, response) => void response.status(405).set('allow', 'GET').end());
  app.get(HANDOFF_PATH, (request, response) => goOn(deps, request, response));
}

async function goOn(deps: SignInDeps, request: Request, response: Response): Promise<void> {
  const { identity, wayBack, sendPage } = deps;
  response.set('referrer-policy', 'no-referrer');
  if (!isTopLevel(request)) return sendPage(response, notAPagePage());
  const cookieValue = identity.sessions.cookie.read(request.headers.cookie);
  const asked = askedIn(request);
  const continued = await identity.handoff.continueAt({ ...asked, cookieValue });
  switch (continued.kind) {
    case 'handed_on':
      // behind a form a redirect to another origin is held to `form-action`, as one to a provider is
      if (request.query[AFTER_SIGN_IN] === undefined) return response.redirect(303, continued.url);
      return sendPage(response, goingBackPage(continued.to, continued.url));
    case 'signed_out':
      return response.redirect(303, `/sign-in?${new URLSearchParams({ next: pathOf(asked) }).toString()}`);
    case 'lacking':
      wayBack.keep(response, pathOf(asked));
      return response.redirect(303, continued.by === 'origin' ? AGAIN_FOR_SECOND_PATH : FACTOR_PATH);
    case 'over':
      return sendPage(response, overPage(continued.at));
    case 'unknown':
      return sendPage(response, notFoundPage());
    default:
      return never(continued);
  }
}

function askedIn({ query }: Request): Omit<Asked, 'cookieValue'> {
  return { host: onlyOne(query, 'host'), state: onlyOne(query, 'state'), challenge: onlyOne(query, 'challenge') };
}

/** Of this very handoff, for whoever has to sign in first. */
function pathOf({ host = '', state = '', challenge = '' }: Omit<Asked, 'cookieValue'>): string {
  return `${HANDOFF_PATH}?${new URLSearchParams({ host, state, challenge, [AFTER_SIGN_IN]: '1' }).toString()}`;
}
