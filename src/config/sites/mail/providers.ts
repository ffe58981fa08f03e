/** The providers of `[mail.providers]`, with the secrets that they refer to. */
import { isLoopbackHost } from '../../../base/net/reachable-from.js';
import { sha256Hex } from '../../../base/crypto/digest.js';
import type { GraphEndpoint, MailProvider, SmtpEndpoint } from '../../../contract/mail-records.js';
import { POLICY_TABLES } from '../../../mail/policy-fields.js';
import { readPolicy } from '../../../mail/policy.js';
import { exampleOf } from '../../described.js';
import { isTable, readTable } from '../../read-table.js';
import { quoted, type Reading } from '../reading.js';
import type { Where } from '../secret-reference.js';
import { MAIL_PROVIDER_KEYS, type GivenProvider as Given } from './provider-keys.js';
import { readMailSecrets, type DeclaredSecrets } from './secrets.js';

interface Declared {
  readonly provider: MailProvider;
  readonly secrets: DeclaredSecrets;
}

export interface ProvidersRead {
  readonly declared: readonly Declared[];
  /** Also of those that have problems, and `env`. */
  readonly names: ReadonlySet<string>;
  /** None has a problem that was told. */
  readonly isWhole: boolean;
}

/** The provider that the environment says. */
const ENV = 'env';

export function readMailProviders(raw: unknown, reading: Reading): ProvidersRead {
  if (raw === undefined) return { declared: [], names: new Set([ENV]), isWhole: true };
  if (!isTable(raw)) {
    reading.tell('mail.providers', { problem: 'is not a table', cure: 'Write [mail.providers.<name>].' });
    return { declared: [], names: new Set([ENV]), isWhole: false };
  }
  const read = Object.entries(raw).map(([name, table]) => readProvider(name, table, reading));
  const declared = read.flatMap((one) => one ?? []);
  return { declared, names: new Set([ENV, ...Object.keys(raw)]), isWhole: declared.length === read.length };
}

function readProvider(name: string, raw: unknown, reading: Reading): Declared | null {
  const path = `mail.providers.${quoted(name)}`;
  if (name === ENV || !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    const problem = name === ENV ? 'is the name of what SMTP_URL says' : 'is not a name';
    reading.tell(path, { problem, cure: 'Choose another: small letters, digits, - and _.' });
    return null;
  }
  const others = Object.keys(POLICY_TABLES);
  const { values, bad, problems } = readTable(raw, MAIL_PROVIDER_KEYS, { file: reading.file, path, others });
  reading.tellAll(problems);
  if (!isTable(raw)) return null;
  const where: Where = { path, bad, reading };
  for (const key of missing(values)) if (!bad.has(key)) reading.tell(`${path}.${key}`, needed(key));
  for (const key of misplaced(values))
    reading.tell(`${path}.${key}`, { problem: `is not for kind = "${values.kind ?? ''}"`, cure: 'Take it out.' });
  const policy = Object.fromEntries(Object.entries(raw).filter(([key]) => others.includes(key)));
  const kind = values.kind;
  if (kind === undefined) return null;
  const read = readPolicy(kind, policy);
  if ('problems' in read) for (const { key, ...wrong } of read.problems) reading.tell(`${path}.${key}`, wrong);
  const endpoint = kind === 'smtp' ? smtpOf(values, where) : graphOf(values);
  const secrets = readMailSecrets(values, where);
  return { provider: recordOf(name, { kind, endpoint, policy, secrets }), secrets };
}

const OF_SMTP = [
  'host',
  'port',
  'tls',
  'user',
  'password_env',
  'password_file',
  'oauth_token_url',
  'oauth_client_id',
  'refresh_token_env',
  'refresh_token_file',
] as const;
const OF_GRAPH = [
  'tenant',
  'client_id',
  'client_secret_env',
  'client_secret_file',
  'certificate_file',
  'api_url',
  'token_url',
] as const;

function missing({ kind, host, tenant, client_id }: Given): readonly (keyof Given)[] {
  if (kind === undefined) return ['kind'];
  if (kind === 'smtp') return host === undefined ? ['host'] : [];
  return [
    ...(tenant === undefined ? (['tenant'] as const) : []),
    ...(client_id === undefined ? (['client_id'] as const) : []),
  ];
}

function misplaced(given: Given): readonly (keyof Given)[] {
  if (given.kind === undefined) return [];
  return (given.kind === 'smtp' ? OF_GRAPH : OF_SMTP).filter((key) => given[key] !== undefined);
}

const needed = (key: keyof typeof MAIL_PROVIDER_KEYS) => ({
  problem: 'is missing',
  cure: `For example: ${key} = ${exampleOf(MAIL_PROVIDER_KEYS[key])}`,
});

function smtpOf(given: Given, { path, bad, reading }: Where): SmtpEndpoint {
  const { host = '', user = null, oauth_token_url: tokenUrl, oauth_client_id: clientId } = given;
  const isLocal = isLoopbackHost(host);
  const tls = given.tls ?? (given.port === 465 ? 'implicit' : isLocal ? 'none' : 'required');
  if (tls === 'none' && !isLocal && !bad.has('host'))
    reading.tell(`${path}.tls`, { problem: 'is "none", and the server is not on loopback', cure: 'Write "required".' });
  if ((tokenUrl === undefined) !== (clientId === undefined))
    reading.tell(`${path}.${tokenUrl === undefined ? 'oauth_token_url' : 'oauth_client_id'}`, {
      problem: 'is missing beside the other half of OAuth',
      cure: 'Give oauth_token_url and oauth_client_id, or neither.',
    });
  const oauth = tokenUrl === undefined || clientId === undefined ? null : { tokenUrl, clientId };
  return { host, port: given.port ?? (tls === 'implicit' ? 465 : 587), tls, user, oauth };
}

function graphOf({ tenant = '', client_id: clientId = '', api_url, token_url }: Given): GraphEndpoint {
  const apiUrl = withoutSlash(api_url ?? 'https://graph.microsoft.com/v1.0');
  const tokenUrl = token_url ?? `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  return { tenant, clientId, apiUrl, tokenUrl: withoutSlash(tokenUrl) };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

interface Parts {
  readonly kind: MailProvider['kind'];
  readonly endpoint: SmtpEndpoint | GraphEndpoint;
  readonly policy: MailProvider['policy'];
  readonly secrets: DeclaredSecrets;
}

/** The version is made of all that a provider is: another text is another version, in every process that reads the file. */
function recordOf(name: string, { kind, endpoint, policy, secrets }: Parts): MailProvider {
  const all = [kind, endpoint, policy, [...secrets].map(([purpose, secret]) => [purpose, secret.revealText()])];
  const version = Number.parseInt(sha256Hex(JSON.stringify(all)).slice(0, 12), 16);
  const facts = { name, policy, state: 'active', pausedReason: null, origin: 'declared', version } as const;
  return { ...facts, kind, endpoint } as MailProvider;
}
