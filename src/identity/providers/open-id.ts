/** OpenID Connect, of which Google is one with habits of its own. The package is loaded when somebody first signs in by it. */
import type * as Jose from 'jose';
import type * as OpenId from 'openid-client';
import { isOfSeveralTenants, issuersOf } from '../../approval/person-issuer.js';
import { errorName } from '../../base/process/error-name.js';
import { fit } from '../../base/text/fit.js';
import type { Vouched } from '../accounts/login-or-link.js';
import { Failed, type Adapter, type AdapterDeps, type ProviderFailure, type Secrets } from './adapter.js';
import { fetchOver } from './calls.js';
import { kept } from './kept.js';
import { personOf, type Claims } from './claims.js';
import { readLogoutToken } from './logout-token.js';

/** What openid-client throws is put into our words by what was being done. */
export async function attempt<T>(what: ProviderFailure, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw failedBy(error, what);
  }
}

function failedBy(error: unknown, what: ProviderFailure): Failed {
  if (error instanceof Failed) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Failed) return cause;
  const code = errorName(error);
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR')
    return new Failed(isDenied(error) ? 'consent_denied' : 'exchange_failed', code);
  if (REFUSED_BY_THEM.has(code)) return new Failed('exchange_failed', code);
  return new Failed(what, code);
}

/** The token endpoint said no, or said nothing that fits. */
const REFUSED_BY_THEM: ReadonlySet<string> = new Set([
  'OAUTH_RESPONSE_BODY_ERROR',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
]);

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'error' in error && error.error === 'access_denied';
}

export function openIdAdapter(deps: AdapterDeps): Adapter {
  const { config, nowMs } = deps;
  const discovered = kept(() => attempt('provider_unreachable', () => discover(deps)), nowMs);
  return {
    async start({ state, nonce, verifier }, { redirectUri, languages }) {
      const { openId, client } = await discovered();
      const [domain, ...more] = config.kind === 'google' ? (config.allowedDomains ?? []) : [];
      return openId.buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state,
        nonce,
        code_challenge: await openId.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // spares people the choice among their accounts; the claim is what counts
        ...(domain !== undefined && more.length === 0 ? { hd: domain } : {}),
        ...(languages.length > 0 ? { ui_locales: languages.join(' ') } : {}),
      });
    },
    async finish(secrets, url) {
      const { openId, client } = await discovered();
      return finish({ openId, client, url, secrets }, deps);
    },
    async signedOut(token) {
      const { jose, keys, client } = await discovered();
      if (keys === null) throw new Failed('token_refused', 'jwks_uri');
      const issuers = isOfSeveralTenants(config) ? issuersOf(config) : [client.serverMetadata().issuer];
      return readLogoutToken(token, { jose, keys, issuers, clientId: config.clientId, algorithm: ALGORITHM, nowMs });
    },
    async signOut(state, backTo) {
      const { openId, client } = await discovered();
      if (client.serverMetadata().end_session_endpoint === undefined) return null;
      // no id_token is kept to send along, so the provider asks whoever comes whether they want to
      const to = { post_logout_redirect_uri: backTo, state };
      return attempt('provider_unreachable', () => Promise.resolve().then(() => openId.buildEndSessionUrl(client, to)));
    },
  };
}

interface Discovered {
  readonly openId: typeof OpenId;
  readonly client: OpenId.Configuration;
  readonly jose: typeof Jose;
  /** By which logout tokens are checked; null: the provider names none. */
  readonly keys: Jose.RemoteJWKSet | null;
}

/** Of all that a provider signs. */
const ALGORITHM = 'RS256';

async function discover({ config, http }: AdapterDeps): Promise<Discovered> {
  const [openId, jose] = await Promise.all([import('openid-client'), import('jose')]);
  const issuer = new URL(config.issuer);
  const isPlain = issuer.protocol === 'http:'; // on loopback: the configuration allows no other
  // without both of these an id_token that anybody signed, or nobody, is taken (openid-client trusts TLS)
  const expected = { id_token_signed_response_alg: ALGORITHM };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out
  const execute = [openId.enableNonRepudiationChecks, ...(isPlain ? [openId.allowInsecureRequests] : [])];
  const client = await openId.discovery(
    issuer,
    config.clientId,
    expected,
    await authenticated({ openId, jose }, config),
    {
      [openId.customFetch]: fetchOver(http),
      execute,
    },
  );
  const { jwks_uri: uri } = client.serverMetadata();
  return { openId, client, jose, keys: uri === undefined ? null : keySet(jose, uri, http) };
}

function keySet(jose: typeof Jose, uri: string, http: AdapterDeps['http']): Jose.RemoteJWKSet {
  const fetch = fetchOver(http);
  return jose.createRemoteJWKSet(new URL(uri), {
    [jose.customFetch]: (url, { method, headers }) => fetch(url, { method, headers: Object.fromEntries(headers) }),
  });
}

/** By its key, or by its secret as the standard's default has it, unless the provider only takes that in the form. */
async function authenticated(
  { openId, jose }: Pick<Discovered, 'openId' | 'jose'>,
  { clientSecret, clientKey }: AdapterDeps['config'],
): Promise<OpenId.ClientAuth> {
  if (clientKey !== null) {
    const key = await jose.importPKCS8(clientKey.pem.revealText(), clientKey.algorithm);
    return clientKey.thumbprint === null
      ? openId.PrivateKeyJwt(key)
      : byCertificate(openId, { key, thumbprint: clientKey.thumbprint });
  }
  const secret = clientSecret.revealText();
  const [basic, post] = [openId.ClientSecretBasic(secret), openId.ClientSecretPost(secret)];
  return (...asked) => {
    const known = asked[0].token_endpoint_auth_methods_supported;
    const isInForm = known?.includes('client_secret_post') === true && !known.includes('client_secret_basic');
    return (isInForm ? post : basic)(...asked);
  };
}

/** As Microsoft Entra has it, where a tenant that is still to be known leaves the issuer without a name to address. */
function byCertificate(
  openId: typeof OpenId,
  { key, thumbprint }: { readonly key: OpenId.CryptoKey; readonly thumbprint: string },
): OpenId.ClientAuth {
  return (...asked) => {
    const [{ token_endpoint: audience }] = asked;
    const named: OpenId.ModifyAssertionFunction = (header, payload) => {
      header['x5t#S256'] = thumbprint;
      if (audience !== undefined) payload['aud'] = audience;
    };
    return openId.PrivateKeyJwt(key, { [openId.modifyAssertion]: named })(...asked);
  };
}

interface Finishing extends Pick<Discovered, 'openId' | 'client'> {
  readonly url: URL;
  readonly secrets: Secrets;
}

async function finish(finishing: Finishing, { config, nowMs }: AdapterDeps): Promise<Vouched> {
  const { openId, client, url, secrets } = finishing;
  const tokens = await attempt('token_refused', () =>
    openId.authorizationCodeGrant(client, url, {
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      pkceCodeVerifier: secrets.verifier,
      idTokenExpected: true,
    }),
  );
  const claims: Claims = tokens.claims() ?? {};
  tellAbsurd(claims, nowMs());
  const subject = claims['sub'] as string;
  const hasProfile = client.serverMetadata().userinfo_endpoint !== undefined && claims['email'] === undefined;
  const profile = hasProfile
    ? await attempt('profile_unavailable', () => openId.fetchUserInfo(client, tokens.access_token, subject))
    : {};
  return personOf({ ...profile, ...claims, ...mailboxIn(hasProfile ? profile : claims) }, config);
}

/** Both from one source: what one says of an address that the other names is about nothing. */
function mailboxIn({ email, email_verified }: Claims): Claims {
  return { email, email_verified };
}

const MAX_SUBJECT_CHARACTERS = 255;
const MAX_AHEAD_SECONDS = 60;
const MAX_AGE_SECONDS = 600;

/** What openid-client lets pass. */
function tellAbsurd({ sub, iat }: Claims, nowMs: number): void {
  if (typeof sub !== 'string' || sub === '' || sub !== fit(sub, MAX_SUBJECT_CHARACTERS))
    throw new Failed('token_refused', 'sub');
  const age = typeof iat === 'number' ? nowMs / 1_000 - iat : Number.NaN;
  if (!(age >= -MAX_AHEAD_SECONDS && age <= MAX_AGE_SECONDS)) throw new Failed('token_refused', 'iat');
}
