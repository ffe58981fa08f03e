/**
 * GitHub: OAuth 2.0 without OpenID. The number of an account names the person; its login and addresses change hands. Without a
 * verified primary address people sign in all the same.
 */
import type * as OpenId from 'openid-client';
import { fieldsOf } from '../../base/text/fields.js';
import type { Vouched } from '../accounts/login-or-link.js';
import { Failed, type Adapter, type AdapterDeps, type Secrets } from './adapter.js';
import { fetchOver } from './calls.js';
import { nameOf, tellForeignDomain } from './claims.js';
import { attempt } from './open-id.js';

const GITHUB = 'https://github.com';
/** Addresses that GitHub makes up: mail to them reaches nobody. */
const MADE_UP = /@users\.noreply\.github\.com$/i;

export function isMadeUp(email: string): boolean {
  return MADE_UP.test(email);
}

export function githubAdapter(deps: AdapterDeps): Adapter {
  const { config } = deps;
  return {
    async start({ state, verifier }, { redirectUri }) {
      const openId = await import('openid-client');
      return openId.buildAuthorizationUrl(clientOf(openId, deps), {
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state,
        code_challenge: await openId.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async finish(secrets, url) {
      const openId = await import('openid-client');
      const token = await tokenFor({ openId, secrets, url }, deps);
      const user = await asked('/user', token, deps);
      const person = personOf(user, await primaryAddress(token, deps), deps);
      tellForeignDomain(person, config);
      return person;
    },
    signedOut: null,
    signOut: null,
  };
}

function clientOf(openId: typeof OpenId, { config, http }: AdapterDeps): OpenId.Configuration {
  const { issuer, clientId, clientSecret } = config;
  const at = `${issuer.replace(/\/$/, '')}/login/oauth`;
  const server = { issuer, authorization_endpoint: `${at}/authorize`, token_endpoint: `${at}/access_token` };
  const secret = openId.ClientSecretPost(clientSecret.revealText());
  const client = new openId.Configuration(server, clientId, {}, secret);
  client[openId.customFetch] = fetchOver(http);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out
  if (issuer.startsWith('http:')) openId.allowInsecureRequests(client);
  return client;
}

async function tokenFor(
  { openId, secrets, url }: { readonly openId: typeof OpenId; readonly secrets: Secrets; readonly url: URL },
  deps: AdapterDeps,
): Promise<string> {
  // a refusal comes as 200 with `error`, which is no token either
  const tokens = await attempt('exchange_failed', () =>
    openId.authorizationCodeGrant(clientOf(openId, deps), url, {
      expectedState: secrets.state,
      pkceCodeVerifier: secrets.verifier,
    }),
  );
  return tokens.access_token;
}

/** GitHub Enterprise Server has its API below its own address. */
function apiOf(issuer: string): string {
  const origin = issuer.replace(/\/$/, '');
  return origin === GITHUB ? 'https://api.github.com' : `${origin}/api/v3`;
}

async function asked(path: string, token: string, { config, http }: AdapterDeps): Promise<unknown> {
  const answer = await fetchOver(http)(`${apiOf(config.issuer)}${path}`, {
    method: 'GET',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'koder-gate',
      'x-github-api-version': '2022-11-28',
    },
  });
  if (answer.status !== 200) throw new Failed('profile_unavailable', `status ${String(answer.status)}`);
  return answer.json().catch(() => {
    throw new Failed('profile_unavailable', 'no JSON');
  });
}

/** Null where there is none, or where it was not asked for. */
async function primaryAddress(token: string, deps: AdapterDeps): Promise<string | null> {
  const answer = await asked('/user/emails', token, deps).catch((error: unknown) => {
    if (error instanceof Failed && error.failure === 'profile_unavailable') return [];
    throw error;
  });
  for (const one of Array.isArray(answer) ? (answer as readonly unknown[]) : []) {
    const { email, primary, verified } = fieldsOf(one);
    if (primary === true && verified === true && typeof email === 'string' && !isMadeUp(email)) return email;
  }
  return null;
}

function personOf(user: unknown, email: string | null, { config }: AdapterDeps): Vouched {
  const { id, name, login } = fieldsOf(user);
  if (!Number.isSafeInteger(id) || (id as number) <= 0) throw new Failed('profile_unavailable', 'id');
  return {
    provider: config.name,
    issuer: config.issuer,
    subject: String(id),
    email,
    isEmailVerified: email !== null,
    name: nameOf(name) ?? nameOf(login),
    authoritativeFor: [],
  };
}
