/** One mail server with its secrets: what the SMTP transport is opened with. */
import { dkimKeyWrong } from '../../../src/base/crypto/dkim-key.js';
import type { Secret } from '../../../src/base/crypto/secret.js';
import { smtpSecretsOf, type SmtpEndpoint, type SmtpSecretPurpose } from '../../../src/base/net/smtp-endpoint.js';

export interface SmtpServer extends Pick<SmtpEndpoint, 'host' | 'port' | 'tls'> {
  readonly login: { readonly user: string; readonly password: Secret } | null;
  /** In the place of a login: XOAUTH2. Absent: none. */
  readonly oauth?: SmtpOauth;
  /** Absent: mails go out as they are, and are signed further on or not at all. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly key: Secret };
  /** Where bounces go, `{id}` standing for the delivery's; absent: to the sender. */
  readonly bounceAddress?: string;
}

/** How access tokens are got (RFC 6749, sections 4.4 and 6). */
export interface SmtpOauth {
  readonly user: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope?: string;
  /** Some providers give refresh tokens to clients without a secret. */
  readonly clientSecret?: Secret;
  /** Absent: client credentials. */
  readonly refreshToken?: Secret;
}

export type SmtpSecrets = Readonly<Partial<Record<SmtpSecretPurpose, Secret>>>;

export interface SmtpServerProblem {
  readonly purpose: SmtpSecretPurpose;
  readonly problem: string;
  readonly cure: string;
}

/** Every missing or useless secret is told at once. */
export function smtpServerOf(
  endpoint: SmtpEndpoint,
  secrets: SmtpSecrets,
): { readonly server: SmtpServer } | { readonly problems: readonly SmtpServerProblem[] } {
  const missing = smtpSecretsOf(endpoint).filter((purpose) => secrets[purpose] === undefined);
  const dkim = dkimOf(endpoint, secrets['smtp.dkim_key']);
  const wrong = dkim === undefined ? null : dkimKeyWrong(dkim.key.revealText());
  const problems = [
    ...missing.map((purpose) => ({ purpose, problem: 'is missing', cure: CURES[purpose] })),
    ...(wrong === null ? [] : [{ purpose: 'smtp.dkim_key' as const, ...wrong }]),
  ];
  if (problems.length > 0) return { problems };
  const { host, port, tls, bounceAddress } = endpoint;
  return {
    server: {
      host,
      port,
      tls,
      ...signedIn(endpoint, secrets),
      ...(dkim === undefined ? {} : { dkim }),
      ...(bounceAddress === undefined ? {} : { bounceAddress }),
    },
  };
}

const CURES: Readonly<Record<SmtpSecretPurpose, string>> = {
  'smtp.password': 'give the password of the user',
  'smtp.refresh_token': 'give the refresh token that the provider issued for the user',
  'smtp.client_secret': 'give the secret of the client at the token endpoint',
  'smtp.dkim_key': 'give the private RSA key in PEM whose public key is published under the selector',
};

function signedIn({ user, oauth }: SmtpEndpoint, secrets: SmtpSecrets): Pick<SmtpServer, 'login' | 'oauth'> {
  const password = secrets['smtp.password'];
  if (user === null) return { login: null };
  if (oauth === null) return { login: password === undefined ? null : { user, password } };
  const { grant, ...endpoint } = oauth;
  const clientSecret = secrets['smtp.client_secret'];
  const refreshToken = grant === 'client_credentials' ? undefined : secrets['smtp.refresh_token'];
  return {
    login: null,
    oauth: {
      user,
      ...endpoint,
      ...(clientSecret === undefined ? {} : { clientSecret }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    },
  };
}

function dkimOf({ dkim }: SmtpEndpoint, key?: Secret): SmtpServer['dkim'] {
  return dkim === undefined || key === undefined ? undefined : { ...dkim, key };
}
