/** The gate's own environment variables: what they mean and how they are checked. A channel's are its registry line's. */
import { z } from 'zod';
import type { Config } from './config.js';
import type { LogLevel } from '../base/log.js';
import { Secret } from '../base/secret.js';
import type { ConfigProblem } from '../contract/channel.js';
import { gateKeysWrong, parseGateKeys } from './gate-keys.js';
import { canonicalNetwork, networkWrong } from './network.js';
import { ENVIRONMENT, type Wrong } from './problems.js';
import { readPublicTls } from './public-tls.js';
import { judged, readTable } from './read-table.js';
import { EVERY_ROLE, parseRoles, rolesOnSqlite, rolesWrong } from './roles.js';
import { withFiles, type SecretSource } from './secret-source.js';
import { webAddressWrong } from './web-address.js';

/** Name -> one-line meaning, for `.env.example` and its test. */
export const VARIABLES = {
  PUBLIC_URL: 'Where approvers reach the gate: an https origin without a path; plain http on loopback only. Required.',
  PUBLIC_PORT: 'Port of the public plane, on all interfaces. Default 8080.',
  GATE_PORT: 'Port of the gate plane, on loopback, which the reverse proxy asks. Default 8081.',
  ADMIN_PORT: 'Port of the admin plane, on loopback, which the gate command talks to. Default 8082.',
  PUBLIC_TLS_CERT:
    'Certificate and chain (PEM) where the public plane speaks TLS itself. PUBLIC_PORT then is plain http on loopback alone.',
  PUBLIC_TLS_KEY: 'Its private key (PEM).',
  PUBLIC_TLS_CLIENT_CA: 'Authorities (PEM) whose client certificates producers may show.',
  PUBLIC_TLS_PORT: 'Port of the public plane over TLS, on all interfaces. Default 8443.',
  DEMO_SITE_PORT: 'Port of the protected sample site of the demo. Default 8083.',
  DATA_DIR: 'Folder for the database and the admin token. Default .gate.',
  SITES_FILE: 'Sites, approvers and producers; see sites.example.toml. Default sites.toml.',
  GATE_SECRET:
    'Seals tokens: 64 hex digits (openssl rand -hex 32); several, comma-separated, to rotate: the first seals. Required.',
  DATABASE_URL: 'postgres://user:password@host/database. Default: SQLite in DATA_DIR.',
  GATE_ROLES:
    'What this process does, of public, gate, admin and courier, comma-separated; "gate serve --roles" wins. Default: all.',
  TRUSTED_PROXIES: 'Addresses or networks whose forwarded headers are believed, comma-separated. Default: none.',
  RECEIVER_FAILURES_PER_MINUTE:
    'How often one address may fail at one receiver of the public plane before it is answered 429. Default 60.',
  GEO_FILE: 'A country database (MMDB) to use instead of the packaged one.',
  GATE_STALE_MAX: 'Seconds that known addresses pass while the database is out of reach. Default 30.',
  RETENTION_DAYS_REQUESTS:
    'Days that past requests are kept, with their deliveries and attempts; 0: for ever. Default 90.',
  RETENTION_DAYS_ATTEMPTS: 'Days that single attempts of past deliveries are kept; 0: for ever. Default 30.',
  RETENTION_DAYS_DEAD_LETTERS: 'Days that refused calls are kept; 0: for ever. Default 30.',
  RETENTION_DAYS_ADDRESSES:
    "Days until visitors' addresses, user agents and paths are erased, in requests and the audit trail; 0: never. Default 30.",
  RETENTION_DAYS_AUDIT:
    'Days until names and details in the audit trail are erased; its entries stay, and verify; 0: never. Default 0.',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent. Default info.',
  KODER_JET_TALK_URL: 'Consumer that the talk channel delivers to by webhook, unless a site names its own.',
  KODER_JET_KODER_ID_URL: 'Consumer that the koder_id channel delivers to by webhook, unless a site names its own.',
} as const satisfies Readonly<Record<string, string>>;

/** Variables that hold secrets or whole PEM files, and so may be given as `<NAME>_FILE`. */
const SECRET_VARIABLES = [
  'GATE_SECRET',
  'DATABASE_URL',
  'PUBLIC_TLS_CERT',
  'PUBLIC_TLS_KEY',
  'PUBLIC_TLS_CLIENT_CA',
] as const;

/** What the environment alone says. */
export interface Settings extends Omit<Config, 'channels' | 'producerSecrets' | 'directory'> {
  /** Where a channel delivers by the RFC's payload unless the site says otherwise (RFC 001, section 6.3). */
  readonly consumerUrls: ReadonlyMap<string, string>;
}

const LOG_LEVELS = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
] as const satisfies readonly LogLevel[];
/** With more than this, a revoked visitor could pass all through a long outage. */
const MAX_STALE_SECONDS = 3_600;

/** A century. Whoever wants to keep things for ever writes 0. */
const MAX_RETENTION_DAYS = 36_500;

const port = wholeNumber(1, 65_535);
const days = wholeNumber(0, MAX_RETENTION_DAYS);
const consumerUrl = judged((text) => webAddressWrong(text, 'any'));

const SHAPE = {
  PUBLIC_URL: judged((text) => webAddressWrong(text, 'origin')).transform((text) => new URL(text).origin),
  PUBLIC_PORT: port,
  GATE_PORT: port,
  ADMIN_PORT: port,
  PUBLIC_TLS_CERT: z.string(),
  PUBLIC_TLS_KEY: z.string(),
  PUBLIC_TLS_CLIENT_CA: z.string(),
  PUBLIC_TLS_PORT: port,
  DEMO_SITE_PORT: port,
  DATA_DIR: z.string(),
  SITES_FILE: z.string(),
  GATE_SECRET: judged(gateKeysWrong).transform(parseGateKeys),
  DATABASE_URL: judged(databaseWrong).transform((text) => new Secret(text)),
  GATE_ROLES: judged(rolesWrong).transform(parseRoles),
  TRUSTED_PROXIES: judged(proxiesWrong).transform((text) => listOf(text).map(canonicalNetwork)),
  RECEIVER_FAILURES_PER_MINUTE: wholeNumber(1, 100_000),
  GEO_FILE: z.string(),
  GATE_STALE_MAX: wholeNumber(0, MAX_STALE_SECONDS),
  RETENTION_DAYS_REQUESTS: days,
  RETENTION_DAYS_ATTEMPTS: days,
  RETENTION_DAYS_DEAD_LETTERS: days,
  RETENTION_DAYS_ADDRESSES: days,
  RETENTION_DAYS_AUDIT: days,
  LOG_LEVEL: z.enum(LOG_LEVELS),
  KODER_JET_TALK_URL: consumerUrl,
  KODER_JET_KODER_ID_URL: consumerUrl,
} as const satisfies Record<keyof typeof VARIABLES, z.ZodType>;

/** Always answers settings, with defaults for wrong values, so that the other parts can be checked in the same round. */
export function readSettings(source: SecretSource): {
  readonly settings: Settings;
  readonly problems: readonly ConfigProblem[];
} {
  const names = Object.keys(VARIABLES);
  const files = withFiles(source, SECRET_VARIABLES);
  const given = names
    .map((name) => [name, (files.environment[name] ?? '').trim()] as const)
    .filter(([, text]) => text !== '');
  const read = readTable(Object.fromEntries(given), SHAPE, {
    file: ENVIRONMENT,
    path: '',
    examples: { LOG_LEVEL: 'info' },
  });
  const { values } = read;
  const tls = readPublicTls(values);
  const settings: Settings = {
    publicUrl: values.PUBLIC_URL ?? 'https://gate.invalid',
    publicPort: values.PUBLIC_PORT ?? 8080,
    publicTls: tls.publicTls,
    gatePort: values.GATE_PORT ?? 8081,
    adminPort: values.ADMIN_PORT ?? 8082,
    demoSitePort: values.DEMO_SITE_PORT ?? 8083,
    dataDir: values.DATA_DIR ?? '.gate',
    sitesFile: values.SITES_FILE ?? 'sites.toml',
    keys: values.GATE_SECRET ?? [],
    databaseUrl: values.DATABASE_URL ?? null,
    roles: values.GATE_ROLES ?? EVERY_ROLE,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    failuresPerMinute: values.RECEIVER_FAILURES_PER_MINUTE ?? 60,
    geoFile: values.GEO_FILE ?? null,
    staleMaxSeconds: values.GATE_STALE_MAX ?? 30,
    retention: {
      requests: values.RETENTION_DAYS_REQUESTS ?? 90,
      attempts: values.RETENTION_DAYS_ATTEMPTS ?? 30,
      deadLetters: values.RETENTION_DAYS_DEAD_LETTERS ?? 30,
      addresses: values.RETENTION_DAYS_ADDRESSES ?? 30,
      audit: values.RETENTION_DAYS_AUDIT ?? 0,
    },
    logLevel: values.LOG_LEVEL ?? 'info',
    consumerUrls: consumerUrls({ talk: values.KODER_JET_TALK_URL, koder_id: values.KODER_JET_KODER_ID_URL }),
  };
  const isSaid = (name: string) =>
    given.some(([key]) => key === name) || files.problems.some(({ key }) => key.startsWith(name));
  const missing = REQUIRED.filter(({ key }) => !isSaid(key)).map((wrong) => ({ file: ENVIRONMENT, ...wrong }));
  const unread = new Set(files.problems.map(({ key }) => key.replace(/_FILE$/, '')));
  const ofTls = tls.problems.filter(({ key }) => !unread.has(key));
  const apart = isSaid('DATABASE_URL') ? [] : rolesOnSqlite(settings.roles);
  const problems = [...files.problems, ...read.problems, ...missing, ...ofTls, ...portProblems(settings), ...apart];
  return { settings, problems };
}

const REQUIRED = [
  {
    key: 'PUBLIC_URL',
    problem: 'is not set',
    cure: 'Set it to the origin where approvers reach the gate: https://gate.example.org, or http://localhost:8080 to try it.',
  },
  { key: 'GATE_SECRET', problem: 'is not set', cure: 'Make one with: openssl rand -hex 32 (or set GATE_SECRET_FILE)' },
] as const;

function portProblems(settings: Settings): readonly ConfigProblem[] {
  const ports = [
    ['PUBLIC_PORT', settings.publicPort],
    ['GATE_PORT', settings.gatePort],
    ['ADMIN_PORT', settings.adminPort],
    ...(settings.publicTls === null ? [] : [['PUBLIC_TLS_PORT', settings.publicTls.port] as const]),
  ] as const;
  return ports.flatMap(([key, own], index) => {
    const twin = ports.slice(0, index).find(([, other]) => other === own);
    if (twin === undefined) return [];
    const problem = `is ${String(own)}, and so is ${twin[0]}`;
    return [{ file: ENVIRONMENT, key, problem, cure: 'Give every plane a port of its own.' }];
  });
}

function wholeNumber(from: number, to: number) {
  const range = `a whole number from ${String(from)} to ${String(to)}`;
  return judged((text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to
      ? null
      : { problem: `is "${text.slice(0, 60)}", not ${range}`, cure: `Write ${range}.` },
  ).transform(Number);
}

/** The problem never quotes the value: it holds a password. */
function databaseWrong(text: string): Wrong | null {
  const cure = 'Write postgres://user:password@host:5432/database, or leave it out for SQLite in DATA_DIR.';
  if (!URL.canParse(text)) return { problem: 'is not a URL', cure };
  const { protocol } = new URL(text);
  return protocol === 'postgres:' || protocol === 'postgresql:' ? null : { problem: `begins with ${protocol}`, cure };
}

function proxiesWrong(text: string): Wrong | null {
  const wrongs = listOf(text).flatMap((network) => networkWrong(network, { bare: true }) ?? []);
  const [first] = wrongs;
  if (first === undefined) return null;
  const cure = `${first.cure} For a proxy on this machine: 127.0.0.1/32,::1/128`;
  return { problem: wrongs.map(({ problem }) => problem).join('; '), cure };
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function consumerUrls(given: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(given).flatMap(([name, url]) => (url === undefined ? [] : [[name, url] as const])));
}
