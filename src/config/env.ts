/** Reads the gate's own environment variables. What each means stands in `env/`; a channel's variables in its entry. */
import { wideFlag } from '../base/net/wide-networks.js';
import { wideWrong } from '../base/net/network.js';
import type { ConfigProblem } from '../contract/channel.js';
import type { Config } from './config.js';
import { DEFAULTS } from './env/defaults.js';
import { SHAPE, VARIABLES } from './env/variables.js';
import { unansweredProxies } from './listen-host.js';
import { ENVIRONMENT } from './problems.js';
import { readPublicTls, type PublicTls } from './public-tls.js';
import { readTable, type Values } from './read-table.js';
import { EVERY_ROLE, rolesOnSqlite } from './roles.js';
import { OWN_LISTS } from './wide-lists.js';
import { withFiles, type SecretSource } from './secret-source.js';

/** What the environment alone says. */
export type Settings = Omit<Config, 'channels' | 'producerSecrets' | 'providers' | 'declaredMail' | 'directory'>;

/** Always answers settings, with defaults for wrong values, so that the other parts can be checked in the same round. */
export function readSettings(source: SecretSource): {
  readonly settings: Settings;
  /** What `ALLOW_WIDE_NETWORKS` names. */
  readonly wideLists: readonly string[];
  readonly problems: readonly ConfigProblem[];
} {
  const names = Object.keys(VARIABLES);
  const files = withFiles(source, names);
  const given = names
    .map((name) => [name, (files.environment[name] ?? '').trim()] as const)
    .filter(([, text]) => text !== '');
  const read = readTable(Object.fromEntries(given), SHAPE, {
    file: ENVIRONMENT,
    path: '',
  });
  const { values } = read;
  const tls = readPublicTls(values);
  const settings = withDefaults(values, tls.publicTls);
  const isSaid = (name: string) =>
    given.some(([key]) => key === name) || files.problems.some(({ key }) => key.startsWith(name));
  const missing = REQUIRED.filter(({ key }) => !isSaid(key)).map((wrong) => ({ file: ENVIRONMENT, ...wrong }));
  const unread = new Set(files.problems.map(({ key }) => key.replace(/_FILE$/, '')));
  const ofTls = tls.problems.filter(({ key }) => !unread.has(key));
  const apart = isSaid('DATABASE_URL') ? [] : rolesOnSqlite(settings.roles);
  const problems = [
    ...files.problems,
    ...read.problems,
    ...missing,
    ...ofTls,
    ...portProblems(settings),
    ...originProblems(settings),
    ...apart,
    ...(read.bad.has('TRUSTED_PROXIES') ? [] : unansweredProxies(settings)),
    ...wideProblems(values),
  ];
  return { settings, wideLists: values.ALLOW_WIDE_NETWORKS ?? [], problems };
}

function withDefaults(values: Values<typeof SHAPE>, publicTls: PublicTls | null): Settings {
  return {
    publicUrl: values.PUBLIC_URL ?? 'https://gate.invalid',
    publicPort: values.PUBLIC_PORT ?? DEFAULTS.PUBLIC_PORT,
    publicTls,
    gatePort: values.GATE_PORT ?? DEFAULTS.GATE_PORT,
    gateHost: values.GATE_HOST ?? DEFAULTS.GATE_HOST,
    adminPort: values.ADMIN_PORT ?? DEFAULTS.ADMIN_PORT,
    adminHost: values.ADMIN_HOST ?? DEFAULTS.ADMIN_HOST,
    adminUrl: values.ADMIN_URL ?? `http://localhost:${String(values.ADMIN_PORT ?? DEFAULTS.ADMIN_PORT)}`,
    metricsToken: values.METRICS_TOKEN ?? null,
    demoSitePort: values.DEMO_SITE_PORT ?? DEFAULTS.DEMO_SITE_PORT,
    dataDir: values.DATA_DIR ?? DEFAULTS.DATA_DIR,
    sitesFile: values.SITES_FILE ?? DEFAULTS.SITES_FILE,
    keys: values.GATE_SECRET ?? [],
    databaseUrl: values.DATABASE_URL ?? null,
    roles: values.GATE_ROLES ?? EVERY_ROLE,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    edgeNetworks: values.EDGE_NETWORKS ?? [],
    failuresPerMinute: values.RECEIVER_FAILURES_PER_MINUTE ?? DEFAULTS.RECEIVER_FAILURES_PER_MINUTE,
    geoFile: values.GEO_FILE ?? null,
    staleMaxSeconds: values.GATE_STALE_MAX ?? DEFAULTS.GATE_STALE_MAX,
    retention: {
      requests: values.RETENTION_DAYS_REQUESTS ?? DEFAULTS.RETENTION_DAYS_REQUESTS,
      attempts: values.RETENTION_DAYS_ATTEMPTS ?? DEFAULTS.RETENTION_DAYS_ATTEMPTS,
      deadLetters: values.RETENTION_DAYS_DEAD_LETTERS ?? DEFAULTS.RETENTION_DAYS_DEAD_LETTERS,
      failures: values.RETENTION_DAYS_FAILURES ?? DEFAULTS.RETENTION_DAYS_FAILURES,
      addresses: values.RETENTION_DAYS_ADDRESSES ?? DEFAULTS.RETENTION_DAYS_ADDRESSES,
      audit: values.RETENTION_DAYS_AUDIT ?? DEFAULTS.RETENTION_DAYS_AUDIT,
    },
    suppressForMs: (values.SUPPRESSION_DAYS ?? DEFAULTS.SUPPRESSION_DAYS) * DAY_MS,
    logLevel: values.LOG_LEVEL ?? DEFAULTS.LOG_LEVEL,
  };
}

const DAY_MS = 86_400_000;

const REQUIRED = [
  {
    key: 'PUBLIC_URL',
    problem: 'is not set',
    cure: 'Set it to the origin where approvers reach the gate: https://gate.example.org, or http://localhost:8080 to try it.',
  },
  { key: 'GATE_SECRET', problem: 'is not set', cure: 'Make one with: openssl rand -hex 32 (or set GATE_SECRET_FILE)' },
] as const;

function wideProblems(values: Values<typeof SHAPE>): readonly ConfigProblem[] {
  const { ALLOW_WIDE_NETWORKS: allowed = [] } = values;
  return OWN_LISTS.flatMap((key) => {
    const wrong = wideWrong(values[key] ?? [], { isAllowed: allowed.includes(key), flag: wideFlag(key) });
    return wrong === null ? [] : [{ file: ENVIRONMENT, key, ...wrong }];
  });
}

/** A browser keeps origins apart, and one origin would be two pages with one name. */
function originProblems({ publicUrl, adminUrl }: Settings): readonly ConfigProblem[] {
  if (adminUrl !== publicUrl) return [];
  const problem = `is ${adminUrl}, and so is PUBLIC_URL`;
  const cure =
    'Give the admin plane an origin of its own, such as https://gate-admin.example.org; leave it out for this machine alone.';
  return [{ file: ENVIRONMENT, key: 'ADMIN_URL', problem, cure }];
}

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
