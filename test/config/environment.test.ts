/** The environment: every problem with its variable, its text and its cure, and what is read. */
import { describe, expect, test } from '@jest/globals';
import { formatProblems } from '../../src/config/problems.js';
import { configOf, problemsOf, SECRET } from '../fixtures/sites/loading.js';

const OTHER = '0a1b2c3d4e5f60718293a4b5c6d7e8f9fedcba98765432100f1e2d3c4b5a6978';

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables, then the key, the beginning of the problem, and a part of the cure. */
const CASES: readonly (readonly [Variables, string, string, string])[] = [
  [{ PUBLIC_URL: undefined }, 'PUBLIC_URL', 'is not set', 'Set it to the origin'],
  [{ PUBLIC_URL: '  ' }, 'PUBLIC_URL', 'is not set', 'Set it to the origin'],
  [{ PUBLIC_URL: 'gate.example.org' }, 'PUBLIC_URL', 'is not a URL', 'https://gate.example.org'],
  [{ PUBLIC_URL: 'http://gate.example.org' }, 'PUBLIC_URL', 'is plain http to gate.example.org', 'loopback alone'],
  [{ PUBLIC_URL: 'ftp://gate.example.org' }, 'PUBLIC_URL', 'begins with ftp://', 'Write an https:// URL.'],
  [{ PUBLIC_URL: 'https://gate.example.org/req' }, 'PUBLIC_URL', 'has a path', 'https://gate.example.org.'],
  [{ PUBLIC_URL: 'https://u:p@gate.example.org' }, 'PUBLIC_URL', 'carries a user name or password', 'Take it out'],
  [{ GATE_SECRET: undefined }, 'GATE_SECRET', 'is not set', 'openssl rand -hex 32'],
  [{ GATE_SECRET: SECRET.slice(1) }, 'GATE_SECRET', 'is not 64 hex digits (it has 63 characters)', 'openssl'],
  [{ GATE_SECRET: `${SECRET},x` }, 'GATE_SECRET', 'key 2 of 2 is not 64 hex digits', 'openssl rand -hex 32'],
  [{ GATE_SECRET: '0'.repeat(64) }, 'GATE_SECRET', 'is a pattern, not random', 'openssl rand -hex 32'],
  [{ GATE_SECRET: '0123456789abcdef'.repeat(4) }, 'GATE_SECRET', 'is a pattern, not random', 'openssl'],
  [
    { GATE_SECRET: Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join('') },
    'GATE_SECRET',
    'is a pattern, not random',
    'openssl',
  ],
  [{ GATE_SECRET: `${SECRET},${SECRET.toUpperCase()}` }, 'GATE_SECRET', 'lists the same key twice', 'Keep it once.'],
  [{ GATE_SECRET_FILE: '/run/s' }, 'GATE_SECRET', 'is set, and so is GATE_SECRET_FILE', 'Keep one of them'],
  [{ PUBLIC_PORT: '80x' }, 'PUBLIC_PORT', 'is "80x", not a whole number from 1 to 65535', 'Write a whole number'],
  [{ GATE_PORT: '0' }, 'GATE_PORT', 'is "0", not a whole number from 1 to 65535', 'Write a whole number'],
  [{ ADMIN_PORT: '65536' }, 'ADMIN_PORT', 'is "65536", not a whole number', 'Write a whole number'],
  [{ ADMIN_URL: 'http://10.0.0.5:8082' }, 'ADMIN_URL', 'is plain http to 10.0.0.5', 'loopback alone'],
  [{ ADMIN_URL: 'gate-admin' }, 'ADMIN_URL', 'is not a URL', 'Write it whole'],
  [{ ADMIN_URL: 'https://gate-admin.example.org/ui' }, 'ADMIN_URL', 'has a path', 'https://gate-admin.example.org.'],
  [{ ADMIN_URL: 'https://gate.example.org/' }, 'ADMIN_URL', 'is https://gate.example.org, and so is PUBLIC_URL', 'own'],
  [{ DEMO_SITE_PORT: '-1' }, 'DEMO_SITE_PORT', 'is "-1", not a whole number', 'Write a whole number'],
  [{ GATE_PORT: '8080' }, 'GATE_PORT', 'is 8080, and so is PUBLIC_PORT', 'a port of its own'],
  [{ DATABASE_URL: 'mysql://u:hunter2@h/d' }, 'DATABASE_URL', 'begins with mysql:', 'postgres://'],
  [{ DATABASE_URL: 'hunter2' }, 'DATABASE_URL', 'is not a URL', 'postgres://'],
  [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES', '"0.0.0.0/0" matches every address', '127.0.0.1/32,::1/128'],
  [{ TRUSTED_PROXIES: '10.0.0.1,::/0' }, 'TRUSTED_PROXIES', '"::/0" matches every address', '127.0.0.1/32,::1/128'],
  [{ TRUSTED_PROXIES: 'nginx' }, 'TRUSTED_PROXIES', '"nginx" is not a network', '127.0.0.1/32,::1/128'],
  [{ TRUSTED_PROXIES: '10.0.0.5/8' }, 'TRUSTED_PROXIES', '"10.0.0.5/8" names an address inside', '"10.0.0.0/8"'],
  [{ EDGE_NETWORKS: '0.0.0.0/0' }, 'EDGE_NETWORKS', '"0.0.0.0/0" matches every address', 'cloudflare.lst'],
  [
    { EDGE_NETWORKS: '104.0.0.0/7' },
    'EDGE_NETWORKS',
    'a network covers 104.0.0.0/7',
    'ALLOW_WIDE_NETWORKS=EDGE_NETWORKS',
  ],
  [{ GEO_FILE: '/geo.mmdb' }, 'GEO_FILE', 'points to /geo.mmdb, which does not exist', 'Create /geo.mmdb'],
  [{ RETENTION_DAYS_REQUESTS: '90d' }, 'RETENTION_DAYS_REQUESTS', 'is "90d", not a whole number from 0 to', 'Write a'],
  [{ RETENTION_DAYS_ATTEMPTS: '-1' }, 'RETENTION_DAYS_ATTEMPTS', 'is "-1", not a whole number from 0 to', 'Write a'],
  [{ RETENTION_DAYS_DEAD_LETTERS: '1.5' }, 'RETENTION_DAYS_DEAD_LETTERS', 'is "1.5", not a whole', 'Write a whole'],
  [{ RETENTION_DAYS_ADDRESSES: '36501' }, 'RETENTION_DAYS_ADDRESSES', 'is "36501", not a whole', 'Write a whole'],
  [{ RETENTION_DAYS_AUDIT: 'never' }, 'RETENTION_DAYS_AUDIT', 'is "never", not a whole', 'Write a whole'],
  [{ GATE_STALE_MAX: '3601' }, 'GATE_STALE_MAX', 'is "3601", not a whole number from 0 to 3600', 'Write a whole'],
  [{ GATE_ROLES: 'gate,currier' }, 'GATE_ROLES', 'names "currier", which is no role', 'Did you mean courier?'],
  [{ GATE_ROLES: ' , ' }, 'GATE_ROLES', 'names no role', 'Known: public, gate, admin, courier'],
  [{ GATE_ROLES: 'gate,public' }, 'GATE_ROLES', 'leaves out courier, and SQLite lets', 'PostgreSQL database'],
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL', 'is "verbose", not one of fatal, error, warn, info', 'LOG_LEVEL = info'],
  [
    { KODER_JET_TALK_URL: 'http://talk.example.org' },
    'KODER_JET_TALK_URL',
    'is plain http to talk.example.org',
    'https',
  ],
  [{ SMTP_URL: undefined }, 'SMTP_URL', 'is not set', 'SMTP_URL=smtp://'],
  [{ TALK_BOT_TOKEN: 'a'.repeat(20) }, 'TALK_API_URL', 'is missing, but other Talk variables are set', 'none of'],
  [{ SITES_FILE: 'gone.toml' }, 'SITES_FILE', 'points to gone.toml, which does not exist', 'sites.example.toml'],
];

describe('each problem names its variable, what is wrong and the cure', () => {
  test.each(CASES.map(([environment, key, problem, cure]) => ({ environment, key, problem, cure })))(
    '$environment',
    ({ environment, key, problem, cure }) => {
      const problems = problemsOf({ environment });

      const own = problems.find((line) => line.startsWith(`environment: ${key} | ${problem}`)) ?? problems.join('\n');
      expect(own).toContain(`environment: ${key} | ${problem}`);
      expect(own.split(' | ')[2]).toContain(cure);
    },
  );

  test('a file that is no country database', () => {
    const problems = problemsOf({ environment: { GEO_FILE: 'geo.mmdb' }, files: { 'geo.mmdb': 'hello' } });

    expect(problems).toEqual([expect.stringContaining('GEO_FILE | points to geo.mmdb, which is no MMDB file')]);
  });
});

test('a spelled-out environment is judged as what was meant: nothing of a dev site is asked of it', () => {
  const problems = problemsOf({ sites: '[[sites]]\ndomains = ["a.org"]\nenvironment = "production"' });

  expect(problems.map((line) => line.split(' | ')[0])).toEqual(['sites.toml: sites."a.org".environment']);
});

test('no problem tells a secret back', () => {
  const environment = {
    GATE_SECRET: 'hunter2',
    DATABASE_URL: 'mysql://u:hunter2@h/d',
    PUBLIC_URL: 'https://u:hunter2@gate.example.org',
    TALK_BOT_TOKEN: 'hunter2',
    WEBHOOK_TOKEN: 'hunter2',
  };
  const sites = `[[sites]]\ndomains = ["a.example.org"]\nsmtp_password = "hunter2"\n[producers.jet]\nhosts = ["a.example.org"]\ntoken_env = "hunter2 !"`;

  const problems = problemsOf({ environment, sites });

  expect(problems.length).toBeGreaterThan(6);
  expect(problems.join('\n')).not.toContain('hunter2');
});

test('all problems of all parts are told at once, sorted, after a line that says how many', () => {
  const environment = { PUBLIC_PORT: 'x', GATE_SECRET: undefined, SMTP_URL: undefined };
  const sites = '[[sites]]\ndomains = ["a b"]\nenvironment = "staging"\n[limits]\nwindow_secs = 1';

  const problems = problemsOf({ environment, sites });

  expect(problems.map((line) => line.split(' | ')[0])).toEqual([
    'environment: GATE_SECRET',
    'environment: PUBLIC_PORT',
    'environment: SMTP_URL',
    'sites.toml: limits.window_secs',
    'sites.toml: sites."a b".auth_gate.admin',
    'sites.toml: sites."a b".domains.0',
    'sites.toml: sites."a b".environment',
  ]);
});

test('the text has one block a problem with file, key, problem and cure', () => {
  const text = formatProblems([
    { file: 'sites.toml', key: 'limits', problem: 'is odd', cure: 'Even it out.' },
    { file: 'environment', key: 'GATE_SECRET', problem: 'is not set', cure: 'Set it.' },
  ]);

  expect(text).toBe(`The configuration has 2 problems. Nothing was changed or started.

environment: GATE_SECRET
  problem: is not set
  cure:    Set it.

sites.toml: limits
  problem: is odd
  cure:    Even it out.
`);
});

test('defaults are the documented ones', () => {
  expect(configOf({})).toMatchObject({
    publicUrl: 'https://gate.example.org',
    publicPort: 8080,
    gatePort: 8081,
    adminPort: 8082,
    gateHost: '127.0.0.1',
    adminHost: '127.0.0.1',
    adminUrl: 'http://localhost:8082',
    demoSitePort: 8083,
    dataDir: '.gate',
    sitesFile: 'sites.toml',
    databaseUrl: null,
    trustedProxies: [],
    edgeNetworks: [],
    failuresPerMinute: 60,
    geoFile: null,
    staleMaxSeconds: 30,
    retention: { requests: 90, attempts: 30, deadLetters: 30, failures: 180, addresses: 30, audit: 0 },
    logLevel: 'info',
  });
});

test('roles come in any order; without any a process has all, and on SQLite it may leave out planes alone', () => {
  const rolesOf = (environment: Readonly<Record<string, string>>) => [...configOf({ environment }).roles];
  const onPostgres = { DATABASE_URL: 'postgres://gate@127.0.0.1/gate' };

  expect(rolesOf({})).toEqual(['public', 'gate', 'admin', 'courier']);
  expect(rolesOf({ GATE_ROLES: 'courier, public' })).toEqual(['public', 'courier']);
  expect(rolesOf({ GATE_ROLES: 'gate', ...onPostgres })).toEqual(['gate']);
});

test('plain http is let through on loopback, and a trailing slash is taken off', () => {
  expect(configOf({ environment: { PUBLIC_URL: 'http://localhost:8080/' } }).publicUrl).toBe('http://localhost:8080');
});

test('several keys are kept in order: the first seals', () => {
  const { keys } = configOf({ environment: { GATE_SECRET: `${SECRET}, ${OTHER}` } });

  expect(keys.map((key) => key.reveal().toString('hex'))).toEqual([SECRET, OTHER]);
});

test('a secret is read from the file that its _FILE variable names', () => {
  const environment = { GATE_SECRET: undefined, GATE_SECRET_FILE: '/run/secrets/gate' };

  const { keys } = configOf({ environment, files: { '/run/secrets/gate': `${OTHER}\n` } });

  expect(keys.map((key) => key.reveal().toString('hex'))).toEqual([OTHER]);
});

test("a channel's variable may be a file too, and a file that is gone is told once", () => {
  const environment = { SMTP_URL: undefined, SMTP_URL_FILE: '/run/secrets/smtp' };

  expect(
    configOf({ environment, files: { '/run/secrets/smtp': 'smtp://127.0.0.1:25\n' } }).channels.has('email' as never),
  ).toBe(true);
  expect(problemsOf({ environment })).toEqual([
    'environment: SMTP_URL_FILE | points to /run/secrets/smtp, which does not exist | Create /run/secrets/smtp, or point to where it is.',
  ]);
});

test('trusted proxies are kept as networks, lone addresses too', () => {
  const { trustedProxies } = configOf({ environment: { TRUSTED_PROXIES: '127.0.0.1, ::1/128,10.0.0.0/8' } });

  expect(trustedProxies).toEqual(['127.0.0.1/32', '::1/128', '10.0.0.0/8']);
});
