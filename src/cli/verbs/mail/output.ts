/** Mail records as the command line prints them. No answer of the gate has a secret in it. */
import { z } from 'zod';
import { utcMinute } from '../../../approval/sentences.js';
import { plain } from '../../../base/text/plain.js';
import { drawTable } from '../../table.js';

const RECORD = {
  state: z.string(),
  pausedReason: z.string().nullable(),
  origin: z.string(),
  createdAt: z.string().nullable(),
  changedAt: z.string().nullable(),
};

export const SECRET = z.object({
  provider: z.string(),
  purpose: z.string(),
  origin: z.string(),
  version: z.number().nullable(),
  keyId: z.string().nullable(),
  createdAt: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  fault: z.string().nullable(),
});

export const PROVIDER = z.object({
  name: z.string(),
  kind: z.string(),
  endpoint: z.record(z.string(), z.unknown()),
  policy: z.record(z.string(), z.unknown()),
  version: z.number(),
  ...RECORD,
  mailboxes: z.array(z.string()),
  secrets: z.array(SECRET),
  lacks: z.array(z.string()),
  refusal: z.object({ reason: z.string(), since: z.string(), probeAt: z.string() }).nullable().default(null),
});

export const MAILBOX = z.object({
  address: z.string(),
  name: z.string(),
  provider: z.string(),
  sites: z.array(z.string()),
  producers: z.array(z.string()),
  priority: z.number(),
  version: z.number().nullable(),
  ...RECORD,
});

type Provider = z.output<typeof PROVIDER>;
type Mailbox = z.output<typeof MAILBOX>;
type Secret = z.output<typeof SECRET>;

export function providersTable(providers: readonly Provider[], columns: number | null): string {
  const rows = providers.map((one) => [
    one.name,
    one.kind,
    whereOf(one),
    providerState(one),
    one.origin,
    secretsOf(one),
  ]);
  return table(['name', 'kind', 'where', 'state', 'from', 'secrets'], rows, columns);
}

export function mailboxesTable(mailboxes: readonly Mailbox[], columns: number | null): string {
  const rows = mailboxes.map((one) => [
    ...[one.address, one.provider, scopeOf(one), String(one.priority), stateOf(one), one.origin],
  ]);
  return table(['address', 'provider', 'for', 'priority', 'state', 'from'], rows, columns);
}

export function secretsTable(secrets: readonly Secret[], columns: number | null): string {
  const rows = secrets.map((one) => [
    one.provider,
    one.purpose,
    one.origin,
    versionOf(one),
    one.keyId ?? '',
    ageOf(one),
    opensOf(one),
  ]);
  return table(['provider', 'purpose', 'from', 'version', 'key', 'age', 'opens'], rows, columns);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[], columns: number | null): string {
  return drawTable({ columns: heads, rows }, columns ?? Number.POSITIVE_INFINITY).trimEnd();
}

export function linesOfProvider(one: Provider): string {
  const policy = Object.keys(one.policy).length === 0 ? 'the defaults' : JSON.stringify(one.policy);
  const endpoint = Object.entries(one.endpoint).filter(([, value]) => value !== null);
  return lines(one.name, {
    Kind: one.kind,
    ...Object.fromEntries(endpoint.map(([name, value]) => [name, String(value)])),
    Policy: policy,
    State: providerState(one),
    From: `${one.origin}, version ${String(one.version)}`,
    Mailboxes: one.mailboxes.join(', ') || 'none',
    ...Object.fromEntries(one.secrets.map((secret) => [secret.purpose, factsOf(secret)])),
    ...(one.lacks.length === 0 ? {} : { Lacks: one.lacks.join(', ') }),
  });
}

function providerState(one: Provider): string {
  const { refusal } = one;
  if (refusal === null) return stateOf(one);
  const since = `refuses us since ${utcMinute(Date.parse(refusal.since))}: ${plain(refusal.reason)}`;
  return `${stateOf(one)}; ${since}; tried again at ${utcMinute(Date.parse(refusal.probeAt))}`;
}

export function linesOfMailbox(one: Mailbox): string {
  return lines(one.address, {
    Name: one.name || 'none',
    Provider: one.provider,
    For: scopeOf(one),
    Priority: String(one.priority),
    State: stateOf(one),
    From: one.origin,
  });
}

export function linesOfSecret(one: Secret): string {
  return lines(`${one.provider} ${one.purpose}`, {
    From: one.origin,
    Version: versionOf(one),
    Key: one.keyId ?? 'none',
    Put: one.createdAt === null ? 'unknown' : `${utcMinute(Date.parse(one.createdAt))}, ${ageOf(one)} ago`,
    Opens: opensOf(one),
  });
}

function lines(title: string, facts: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length)) + 2;
  const all = Object.entries(facts).map(([name, fact]) => `${`${name}:`.padEnd(width)}${plain(fact)}`);
  return [plain(title), ...all].join('\n');
}

function whereOf({ endpoint }: Provider): string {
  return 'host' in endpoint ? `${String(endpoint['host'])}:${String(endpoint['port'])}` : String(endpoint['tenant']);
}

function stateOf({ state, pausedReason }: { state: string; pausedReason: string | null }): string {
  return pausedReason === null ? state : `${state}: ${pausedReason}`;
}

function scopeOf({ sites, producers }: Mailbox): string {
  return [...sites, ...producers.map((name) => `producer ${name}`)].join(', ') || 'everything';
}

function secretsOf({ secrets, lacks }: Provider): string {
  return [
    ...secrets.map(({ purpose, fault }) => (fault === null ? purpose : `${purpose} (${fault})`)),
    ...lacks.map((one) => `no ${one}`),
  ].join(', ');
}

function factsOf(secret: Secret): string {
  if (secret.version === null) return 'given';
  return `version ${versionOf(secret)}, ${ageOf(secret)} old, key ${secret.keyId ?? ''}${secret.fault === null ? '' : `, does not open: ${secret.fault}`}`;
}

function versionOf({ version }: Secret): string {
  return version === null ? '' : String(version);
}

function opensOf({ fault }: Secret): string {
  return fault ?? 'yes';
}

const DAY_SECONDS = 86_400;

function ageOf({ ageSeconds }: Secret): string {
  if (ageSeconds === null) return '';
  if (ageSeconds >= DAY_SECONDS) return `${String(Math.floor(ageSeconds / DAY_SECONDS))}d`;
  return ageSeconds >= 3_600 ? `${String(Math.floor(ageSeconds / 3_600))}h` : `${String(Math.floor(ageSeconds / 60))}m`;
}
