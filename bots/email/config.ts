/** What the e-mail channel needs from the environment: the server to hand mails to, who they are from, who reports bounces. */
import { Secret } from '../../src/base/crypto/secret.js';
import type { ConfigProblem } from '../../src/contract/channel.js';
import type { Setting } from '../../src/contract/setting.js';
import { readMailSender } from '../../src/base/net/mail-address.js';
import { partsOf, problemWith, valueOf, type Environment } from '../kit/variables.js';
import type { SmtpServer } from './smtp/server.js';
import { readSmtpServer } from './smtp/url.js';

export interface EmailConfig {
  /** Null, both: there is no provider `env`, and others are declared or stored. */
  readonly server: SmtpServer | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  /** How a mail provider's calls are known; null: bounces are not taken, and there is no route for them. */
  readonly webhook: EmailWebhook | null;
}

export interface EmailWebhook {
  /** The header with the signature, lower case. */
  readonly header: string;
  /** All verify. */
  readonly secrets: readonly Secret[];
}

const FROM_CURE = 'set MAIL_FROM="Koder Gate <gate@example.org>"';

const SECRET_CURE = 'set EMAIL_WEBHOOK_SECRET to what your mail provider signs with; make one: openssl rand -hex 32';
const DEFAULT_HEADER = 'X-Purelymail-Signature';
const MIN_SECRET_CHARACTERS = 16;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

export const EMAIL_VARIABLES = {
  SMTP_URL: {
    meaning:
      'The mail server. `smtp://` speaks STARTTLS, `smtps://` TLS from the first byte; a server that has neither is refused, except on loopback. Behind the URL of one on your own network write `?plaintext=allowed`: user, password and confirm links then pass in clear. [mail.md](mail.md#smtp) has the other options: XOAUTH2, DKIM, addresses for bounces.',
    form: '`smtp://user:password@host:587` or `smtps://user:password@host:465`, both percent-encoded',
    default: 'no mail',
    example: 'smtp://user:password@mail.example.org:587',
  },
  SMTP_REFRESH_TOKEN: {
    meaning:
      'Signs in by XOAUTH2 where `SMTP_URL` has `oauth_token_url` and `oauth_client_id`: what access tokens are got with.',
    form: 'a secret',
    default: 'none',
  },
  SMTP_CLIENT_SECRET: {
    meaning:
      'The secret of `oauth_client_id` at `oauth_token_url`. Needed with `oauth_grant=client_credentials`; beside a refresh token where the provider wants one.',
    form: 'a secret',
    default: 'none',
  },
  SMTP_DKIM_KEY: {
    meaning:
      'Signs mails by DKIM where `SMTP_URL` has `dkim_domain` and `dkim_selector`. Best as a file, by `SMTP_DKIM_KEY_FILE`. An Ed25519 key is refused.',
    form: 'a private RSA key in PEM, 1,024 bits or more',
    default: 'mails go out without a signature of ours',
  },
  MAIL_FROM: {
    meaning: 'The sender of the mails. Required beside `SMTP_URL`.',
    form: 'an e-mail address, perhaps with a name',
    example: 'Koder Gate <gate@example.org>',
  },
  MAIL_PROVIDERS: {
    meaning:
      'Write `stored` where mails go out by providers that are kept in the database alone, set up by `gate mail` or in the console: then neither `SMTP_URL` nor `[mail.providers]` is needed. [mail.md](mail.md) says how.',
    form: '`stored`',
    default: 'mails go out where `SMTP_URL` or `[mail.providers]` says by what; stored providers then count as well',
    example: 'stored',
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

const SERVER_VARIABLES = ['SMTP_URL', 'SMTP_REFRESH_TOKEN', 'SMTP_CLIENT_SECRET', 'SMTP_DKIM_KEY'] as const;

type Read<T> = { readonly value: T } | { readonly problems: readonly ConfigProblem[] };

export function readEmailConfig(
  environment: Environment,
  isUsed: boolean,
  isMailDeclared = false,
): { readonly config: EmailConfig | null; readonly problems: readonly ConfigProblem[] } {
  const from = environment['MAIL_FROM'] ?? '';
  const providers = readProviders(environment);
  if ('problems' in providers) return { config: null, problems: providers.problems };
  const isKept = isMailDeclared || providers.value;
  const isCalled = (environment['EMAIL_WEBHOOK_SECRET'] ?? '') !== '';
  const isServerNamed = SERVER_VARIABLES.some((name) => valueOf(environment, name) !== '');
  if (!isServerNamed && from === '' && !isUsed && !isCalled && !isKept) return { config: null, problems: [] };
  const isElsewhere = !isServerNamed && from === '' && isKept;
  const server = isElsewhere ? { value: null } : readSmtpServer(environment);
  const sender = isElsewhere ? { value: null } : readSender(from);
  const webhook = readWebhook(environment);
  const problems = [server, sender, webhook].flatMap((read) => ('problems' in read ? read.problems : []));
  if ('problems' in server || 'problems' in sender || 'problems' in webhook) return { config: null, problems };
  return { config: { server: server.value, from: sender.value, webhook: webhook.value }, problems: [] };
}

/** Whether mails may go out by stored providers alone. */
function readProviders(environment: Environment): Read<boolean> {
  const text = environment['MAIL_PROVIDERS'] ?? '';
  if (text === '' || text === 'stored') return { value: text === 'stored' };
  return wrong('MAIL_PROVIDERS', 'is not "stored"', 'write MAIL_PROVIDERS=stored, or leave it out');
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

/** `Name <address>` or an address alone. */
function readSender(text: string): Read<EmailConfig['from']> {
  if (text === '') return wrong('MAIL_FROM', 'is not set, and the e-mail channel needs it', FROM_CURE);
  const sender = readMailSender(text);
  return sender === null ? wrong('MAIL_FROM', 'is not a mail address', FROM_CURE) : { value: sender };
}

function wrong(key: string, problem: string, cure: string): { readonly problems: readonly ConfigProblem[] } {
  return { problems: [problemWith(key, problem, cure)] };
}
