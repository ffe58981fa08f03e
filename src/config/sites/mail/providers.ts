/** The providers of `[mail.providers]`, with the secrets that they refer to. */
import { readSmtpEndpoint, SMTP_FIELDS } from '../../../base/net/smtp-endpoint.js';
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
  const secrets = readMailSecrets(values, smtpIn(endpoint), where);
  return endpoint === null ? null : { provider: recordOf(name, { kind, endpoint, policy, secrets }), secrets };
}

const OF_SMTP: readonly (keyof Given)[] = [
  ...(Object.keys(SMTP_FIELDS) as (keyof typeof SMTP_FIELDS)[]),
  'password_env',
  'password_file',
  'refresh_token_env',
  'refresh_token_file',
  'client_secret_env',
  'client_secret_file',
  'dkim_key_env',
  'dkim_key_file',
];
const OF_GRAPH: readonly (keyof Given)[] = [
  'tenant',
  'client_id',
  'client_secret_env',
  'client_secret_file',
  'certificate_file',
  'api_url',
  'token_url',
];

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
  const [own, others] = given.kind === 'smtp' ? [OF_SMTP, OF_GRAPH] : [OF_GRAPH, OF_SMTP];
  return others.filter((key) => !own.includes(key) && given[key] !== undefined);
}

const needed = (key: keyof typeof MAIL_PROVIDER_KEYS) => ({
  problem: 'is missing',
  cure: `For example: ${key} = ${exampleOf(MAIL_PROVIDER_KEYS[key])}`,
});

/** Null: what it lacks, or what does not go together, is told. */
function smtpOf(given: Given, { path, bad, reading }: Where): SmtpEndpoint | null {
  const names = Object.keys(SMTP_FIELDS) as (keyof typeof SMTP_FIELDS)[];
  const fields = Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  const read = readSmtpEndpoint(fields);
  if ('endpoint' in read) return read.endpoint;
  // single fields were read before
  if (given.host === undefined) return null;
  for (const { field, problem } of read.wrong)
    if (!bad.has(field)) reading.tell(`${path}.${field}`, { problem, cure: SMTP_CURE });
  return null;
}

const SMTP_CURE = 'docs/mail.md shows which keys go together: write the ones that are missing, or take out the others.';

function smtpIn(endpoint: SmtpEndpoint | GraphEndpoint | null): SmtpEndpoint | null {
  return endpoint !== null && 'host' in endpoint ? endpoint : null;
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
