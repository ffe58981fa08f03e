/** Where a provider says that somebody has signed out there. It calls by itself: no browser, no cookie, no origin. */
import type { Express, Response } from 'express';
import type { LogoutAnswer } from '../../../identity/providers/logout.js';
import { readForm } from '../../shared/form.js';
import { send, type Reply } from '../../shared/reply.js';
import type { SignInDeps } from './sign-in.js';

type Deps = Pick<SignInDeps, 'identity' | 'addressOf' | 'networkOf'>;

const PATH = '/sign-in/with/:provider/logout';
const MAX_LOGOUT_BYTES = 65_536;

export function routeProviderLogout(app: Express, { identity, addressOf, networkOf }: Deps): void {
  const { providers } = identity;
  app.all(PATH, async (request, response, next) => {
    const { provider } = request.params;
    if (!providers.takesLogouts(provider)) return next('route');
    if (request.method !== 'POST') return answer(response, NOT_POSTED);
    const token = (await readForm(request, MAX_LOGOUT_BYTES))?.get('logout_token');
    if (token === undefined) return answer(response, NO_TOKEN);
    const called = { token, address: addressOf(request), network: networkOf(request) };
    answer(response, replyTo(await providers.logOut(provider, called)));
  });
}

function answer(response: Response, reply: Reply): void {
  send(response, { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store' } });
}

/** As RFC 6749, 5.2, which Back-Channel Logout refers to. */
function no(error: 'invalid_request' | 'temporarily_unavailable', sentence: string) {
  return { error, error_description: sentence };
}

const NOT_POSTED: Reply = {
  status: 405,
  body: no('invalid_request', 'This is called by POST.'),
  headers: { allow: 'POST' },
};

const NO_TOKEN: Reply = {
  status: 400,
  body: no('invalid_request', 'Send one logout_token, as application/x-www-form-urlencoded, in 64 kB at most.'),
};

const REFUSALS: Readonly<Record<Extract<LogoutAnswer, { kind: 'refused' }>['why'], ReturnType<typeof no>>> = {
  token_refused: no('invalid_request', 'That logout token is not to be trusted here, so it was not taken.'),
  sub: no(
    'invalid_request',
    'Sessions are ended by person here: a logout token needs a sub, a sid alone names nobody.',
  ),
  repeated: no('invalid_request', 'That logout token was used before.'),
  provider_unreachable: no(
    'temporarily_unavailable',
    'The keys of the provider could not be read. Send a new token later.',
  ),
};

function replyTo(answered: LogoutAnswer): Reply {
  switch (answered.kind) {
    case 'ended':
      return { status: 200, body: {} };
    case 'refused':
      return { status: 400, body: REFUSALS[answered.why] };
    case 'too_many':
      return {
        status: 429,
        body: no('temporarily_unavailable', 'Too many logouts came from there. Try again in a minute.'),
        headers: { 'retry-after': '60' },
      };
  }
}
