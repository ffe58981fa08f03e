/** `SMTP_URL` with the secrets that do not stand in it, read into one server. */
import { Secret } from '../../../src/base/crypto/secret.js';
import { isLoopbackHost } from '../../../src/base/net/reachable-from.js';
import { readSmtpEndpoint, type SmtpSecretPurpose } from '../../../src/base/net/smtp-endpoint.js';
import type { ConfigProblem } from '../../../src/contract/channel.js';
import { problemWith, valueOf, type Environment } from '../../kit/variables.js';
import { smtpServerOf, type SmtpSecrets, type SmtpServer } from './server.js';

const URL_CURE = 'set SMTP_URL=smtp://user:password@mail.example.org:587 (smtps:// for TLS from the first byte)';
const UNSET_CURE = `${URL_CURE}; or MAIL_PROVIDERS=stored, where providers are kept in the database (docs/mail.md)`;
const PLAINTEXT = 'plaintext';
const OPTIONS = [
  'oauth_token_url',
  'oauth_client_id',
  'oauth_grant',
  'oauth_scope',
  'dkim_domain',
  'dkim_selector',
  'bounce_address',
];
const OPTIONS_CURE = `the options are ${PLAINTEXT}=allowed, ${OPTIONS.join(', ')}`;

/** Where the secrets of the server in `SMTP_URL` stand. */
const VARIABLES = {
  'smtp.password': 'SMTP_URL',
  'smtp.refresh_token': 'SMTP_REFRESH_TOKEN',
  'smtp.client_secret': 'SMTP_CLIENT_SECRET',
  'smtp.dkim_key': 'SMTP_DKIM_KEY',
} as const satisfies Record<SmtpSecretPurpose, string>;

type Read<T> = { readonly value: T } | { readonly problems: readonly ConfigProblem[] };

export function readSmtpServer(environment: Environment): Read<SmtpServer> {
  const text = environment['SMTP_URL'] ?? '';
  if (text === '') return wrong('is not set, and the e-mail channel needs it', UNSET_CURE);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return wrong('is not a URL', `${URL_CURE}; percent-encode @ : / in the password`);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    return wrong('must begin with smtp:// or smtps://', URL_CURE);
  if (url.hostname === '') return wrong('names no host', URL_CURE);
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '')
    return wrong(
      'has a path or a fragment, which means nothing here',
      `${URL_CURE}; percent-encode / and # in the password`,
    );
  const options = optionsOf(url);
  if (options === null) return wrong('has an unknown option, one twice, or a malformed percent sign', OPTIONS_CURE);
  const login = loginOf(url, options);
  if (login === null)
    return wrong(
      'has a user without a password, or a malformed percent sign',
      'give user:password, both percent-encoded, or neither; with oauth_token_url the user alone',
    );
  return serverOf(url, options, { login, environment });
}

type Login = { readonly user?: string; readonly password?: string };

function serverOf(
  url: URL,
  { plaintext, ...options }: Readonly<Record<string, string>>,
  { login, environment }: { login: Login; environment: Environment },
): Read<SmtpServer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const unencrypted = isLoopbackHost(host) ? 'none' : plaintext === 'allowed' ? 'if_offered' : 'required';
  const read = readSmtpEndpoint({
    ...options,
    host,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    tls: url.protocol === 'smtps:' ? 'implicit' : unencrypted,
    ...(login.user === undefined ? {} : { user: login.user }),
  });
  if ('wrong' in read)
    return {
      problems: read.wrong.map(({ field, problem }) =>
        problemWith('SMTP_URL', field === 'host' ? 'names no host' : `${field} ${problem}`, OPTIONS_CURE),
      ),
    };
  const made = smtpServerOf(read.endpoint, secretsIn(environment, login));
  if ('server' in made) return { value: made.server };
  return {
    problems: made.problems.map(({ purpose, problem, cure }) => problemWith(VARIABLES[purpose], problem, cure)),
  };
}

function secretsIn(environment: Environment, { password }: Login): SmtpSecrets {
  const others = (['smtp.refresh_token', 'smtp.client_secret', 'smtp.dkim_key'] as const).flatMap((purpose) => {
    const text = valueOf(environment, VARIABLES[purpose]);
    return text === '' ? [] : [[purpose, new Secret(text)] as const];
  });
  return {
    ...(password === undefined ? {} : { 'smtp.password': new Secret(password) }),
    ...Object.fromEntries(others),
  };
}

function loginOf(url: URL, options: Readonly<Record<string, string>>): Login | null {
  if (url.username === '' && url.password === '') return {};
  const isOauth = 'oauth_token_url' in options || 'oauth_client_id' in options;
  if (url.username === '' || (url.password === '') !== isOauth) return null;
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === null || password === null) return null;
  return url.password === '' ? { user } : { user, password };
}

/** Not as a form's: a plus sign, as bounce addresses have it, is one. */
function optionsOf(url: URL): Readonly<Record<string, string>> | null {
  const options: Record<string, string> = {};
  for (const part of url.search === '' ? [] : url.search.slice(1).split('&')) {
    const [, name = '', coded = ''] = /^([a-z_]+)=(.+)$/.exec(part) ?? [];
    const value = decoded(coded);
    const isKnown = OPTIONS.includes(name) || (name === PLAINTEXT && value === 'allowed');
    if (!isKnown || value === null || Object.hasOwn(options, name)) return null;
    options[name] = value;
  }
  return options;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function wrong(problem: string, cure: string): Read<never> {
  return { problems: [problemWith('SMTP_URL', problem, cure)] };
}
