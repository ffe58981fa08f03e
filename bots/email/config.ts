/** What the e-mail channel needs from the environment: the server to hand mails to, who they are from, who reports bounces. */
import { isLoopbackHost } from '../../src/base/net/reachable-from.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { ConfigProblem } from '../../src/contract/channel.js';
import type { Setting } from '../../src/contract/setting.js';
import { partsOf, problemWith, type Environment } from '../kit/variables.js';
import { readMailSender } from '../../src/base/net/mail-address.js';

export interface EmailConfig {
  readonly server: SmtpServer;
  readonly from: { readonly name: string; readonly address: string };
  /** How a mail provider's calls are known; null: bounces are not taken, and there is no route for them. */
  readonly webhook: EmailWebhook | null;
}

export interface EmailWebhook {
  /** The header with the signature, lower case. */
  readonly header: string;
  /** All verify. */
  readonly secrets: readonly Secret[];
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /**
   * `implicit`: from the first byte (`smtps:`). `required`: STARTTLS or nothing is sent. `if_offered`: the operator
   * allowed plain text. `none`: loopback, where nobody listens in between.
   */
  readonly tls: 'implicit' | 'required' | 'if_offered' | 'none';
  readonly login: { readonly user: string; readonly password: Secret } | null;
}

/** Message submission (RFC 6409) and its implicit-TLS twin (RFC 8314). */
const DEFAULT_PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;
const HOST = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\])$/i;
const URL_CURE = 'set SMTP_URL=smtp://user:password@mail.example.org:587 (smtps:// for TLS from the first byte)';
const FROM_CURE = 'set MAIL_FROM="Koder Gate <gate@example.org>"';

const SECRET_CURE = 'set EMAIL_WEBHOOK_SECRET to what your mail provider signs with; make one: openssl rand -hex 32';
const DEFAULT_HEADER = 'X-Purelymail-Signature';
const MIN_SECRET_CHARACTERS = 16;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

export const EMAIL_VARIABLES = {
  SMTP_URL: {
    meaning:
      'The mail server. `smtp://` speaks STARTTLS, `smtps://` TLS from the first byte; a server that has neither is refused, except on loopback. Behind the URL of one on your own network write `?plaintext=allowed`: user, password and confirm links then pass in clear.',
    form: '`smtp://user:password@host:587` or `smtps://user:password@host:465`, both percent-encoded',
    default: 'no mail',
    example: 'smtp://user:password@mail.example.org:587',
  },
  MAIL_FROM: {
    meaning: 'The sender of the mails. Required beside `SMTP_URL`.',
    form: 'an e-mail address, perhaps with a name',
    example: 'Koder Gate <gate@example.org>',
  },
  EMAIL_WEBHOOK_SECRET: {
    meaning:
      'What your mail provider signs with (HMAC-SHA256 over the body) when it posts bounces and complaints to `/api/webhooks/email/inbound`. Several, to rotate it.',
    form: 'a secret, 16 characters or more; several, comma-separated',
    default: 'no such route',
  },
  EMAIL_WEBHOOK_HEADER: {
    meaning: 'The header with that signature.',
    form: "a header's name",
    default: DEFAULT_HEADER,
    example: DEFAULT_HEADER,
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const EMAIL_ADDRESS = {
  meaning: "The approver's mailbox.",
  form: 'an e-mail address',
  example: '"rpm@example.org"',
} as const satisfies Setting;

type Read<T> = { readonly value: T } | { readonly problem: ConfigProblem };

export function readEmailConfig(
  environment: Environment,
  isUsed: boolean,
): { readonly config: EmailConfig | null; readonly problems: readonly ConfigProblem[] } {
  const url = environment['SMTP_URL'] ?? '';
  const from = environment['MAIL_FROM'] ?? '';
  const isCalled = (environment['EMAIL_WEBHOOK_SECRET'] ?? '') !== '';
  if (url === '' && from === '' && !isUsed && !isCalled) return { config: null, problems: [] };
  const server = readServer(url);
  const sender = readSender(from);
  const webhook = readWebhook(environment);
  const problems = [server, sender, webhook].flatMap((read) => ('problem' in read ? [read.problem] : []));
  if ('problem' in server || 'problem' in sender || 'problem' in webhook) return { config: null, problems };
  return { config: { server: server.value, from: sender.value, webhook: webhook.value }, problems: [] };
}

/** No secret, no route; a header without a secret is half a configuration. */
function readWebhook(environment: Environment): Read<EmailConfig['webhook']> {
  const secrets = listOf(environment['EMAIL_WEBHOOK_SECRET'] ?? '');
  const header = environment['EMAIL_WEBHOOK_HEADER'] ?? '';
  if (secrets.length === 0 && header !== '')
    return wrong('EMAIL_WEBHOOK_HEADER', 'is set, but EMAIL_WEBHOOK_SECRET is not', SECRET_CURE);
  if (secrets.length === 0) return { value: null };
  if (secrets.some((secret) => secret.length < MIN_SECRET_CHARACTERS))
    return wrong('EMAIL_WEBHOOK_SECRET', 'has a part of less than 16 characters', SECRET_CURE);
  if (header !== '' && !HEADER_NAME.test(header))
    return wrong('EMAIL_WEBHOOK_HEADER', 'is no name of a header', `leave it out for ${DEFAULT_HEADER}`);
  const name = header === '' ? DEFAULT_HEADER : header;
  return { value: { header: name.toLowerCase(), secrets: secrets.map((secret) => new Secret(secret)) } };
}

function listOf(text: string): readonly string[] {
  return partsOf(text).filter((part) => part !== '');
}

function readServer(text: string): Read<SmtpServer> {
  if (text === '') return wrong('SMTP_URL', 'is not set, and the e-mail channel needs it', URL_CURE);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return wrong('SMTP_URL', 'is not a URL', `${URL_CURE}; percent-encode @ : / in the password`);
  const { protocol } = url;
  if (protocol !== 'smtp:' && protocol !== 'smtps:')
    return wrong('SMTP_URL', 'must begin with smtp:// or smtps://', URL_CURE);
  if (!HOST.test(url.hostname)) return wrong('SMTP_URL', 'names no host', URL_CURE);
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '')
    return wrong(
      'SMTP_URL',
      'has a path or a fragment, which means nothing here',
      `${URL_CURE}; percent-encode / and # in the password`,
    );
  const login = readLogin(url);
  if (login === 'malformed')
    return wrong(
      'SMTP_URL',
      'has a user without a password, or a malformed percent sign',
      'give user:password, both percent-encoded, or neither',
    );
  const plaintext = readPlaintext(url);
  if (plaintext === 'malformed')
    return wrong('SMTP_URL', 'has an unknown option', 'the only option is ?plaintext=allowed');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port);
  const tls =
    protocol === 'smtps:'
      ? 'implicit'
      : isLoopbackHost(host)
        ? 'none'
        : plaintext === 'allowed'
          ? 'if_offered'
          : 'required';
  return { value: { host, port, tls, login } };
}

function readLogin(url: URL): SmtpServer['login'] | 'malformed' {
  if (url.username === '' && url.password === '') return null;
  if (url.username === '' || url.password === '') return 'malformed';
  try {
    return { user: decodeURIComponent(url.username), password: new Secret(decodeURIComponent(url.password)) };
  } catch {
    return 'malformed';
  }
}

function readPlaintext(url: URL): 'allowed' | 'refused' | 'malformed' {
  const options = [...url.searchParams];
  if (options.length === 0) return 'refused';
  return options.every(([name, value]) => name === 'plaintext' && value === 'allowed') ? 'allowed' : 'malformed';
}

/** `Name <address>` or an address alone. */
function readSender(text: string): Read<EmailConfig['from']> {
  if (text === '') return wrong('MAIL_FROM', 'is not set, and the e-mail channel needs it', FROM_CURE);
  const sender = readMailSender(text);
  return sender === null ? wrong('MAIL_FROM', 'is not a mail address', FROM_CURE) : { value: sender };
}

function wrong(key: string, problem: string, cure: string): { readonly problem: ConfigProblem } {
  return { problem: problemWith(key, problem, cure) };
}
