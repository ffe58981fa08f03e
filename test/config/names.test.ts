/** A setting that nobody reads is refused with the name that was meant, and names of other programs are left alone. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { channels } from '../../bots/index.js';
import { variablesOf } from '../../src/contract/channel.js';
import { readDotEnv, type DotEnv } from '../../src/config/dot-env.js';
import { VARIABLES } from '../../src/config/env/variables.js';
import { loadConfig } from '../../src/config/load.js';
import { configOf, loadingOf, problemsOf, SECRET, SITE } from '../fixtures/sites/loading.js';
import { ORDINARY_NAMES } from './ordinary-names.js';

const OURS = [...Object.keys(VARIABLES), ...channels.flatMap((entry) => Object.keys(variablesOf(entry)))];

const told = (environment: Readonly<Record<string, string>>): readonly string[] => problemsOf({ environment });

describe('in the environment', () => {
  test.each([
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['TRUSTED_PROXYS', 'TRUSTED_PROXIES'],
    ['TRUST_PROXIES', 'TRUSTED_PROXIES'],
    ['TRUST_PROXY', 'TRUSTED_PROXIES'],
    ['TRUSTED_PROXEIS', 'TRUSTED_PROXIES'],
    ['TRUSTEDPROXIES', 'TRUSTED_PROXIES'],
    ['TRUSTED-PROXIES', 'TRUSTED_PROXIES'],
    ['TRUSTED.PROXIES', 'TRUSTED_PROXIES'],
    ['TRUSTED_PROXIES_', 'TRUSTED_PROXIES'],
    ['TRUSTED__PROXIES', 'TRUSTED_PROXIES'],
    ['trusted_proxies', 'TRUSTED_PROXIES'],
    ['Trusted_Proxies', 'TRUSTED_PROXIES'],
    ['trusted-proxy', 'TRUSTED_PROXIES'],
    ['KODER_TRUSTED_PROXIES', 'TRUSTED_PROXIES'],
    ['GATE_TRUSTED_PROXIES', 'TRUSTED_PROXIES'],
    ['KODER_GATE_TRUSTED_PROXIES', 'TRUSTED_PROXIES'],
    ['KODER_GATE_TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['GATE_SECRETS', 'GATE_SECRET'],
    ['KODER_GATE_SECRET', 'GATE_SECRET'],
    ['GATE_SECERT', 'GATE_SECRET'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['GATE_DATABASE_URL', 'DATABASE_URL'],
    ['PUBLIC_ULR', 'PUBLIC_URL'],
    ['ADMIN_PROT', 'ADMIN_PORT'],
    ['SITE_FILE', 'SITES_FILE'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['SLACK_BOT_TOKENS', 'SLACK_BOT_TOKEN'],
    ['GATE_SECRT_FILE', 'GATE_SECRET_FILE'],
    ['RETENTION_DAY_AUDIT', 'RETENTION_DAYS_AUDIT'],
    ['EDGE_NETWORK', 'EDGE_NETWORKS'],
    ['ALLOW_WIDE_NETWORK', 'ALLOW_WIDE_NETWORKS'],
  ])('%s is refused: %s was meant', (name, meant) => {
    expect(told({ [name]: '127.0.0.1/32' })).toEqual([
      `environment: ${name} | is no variable of the gate, so nobody reads it | Did you mean ${meant}? If it is another program's, do not set it for the gate.`,
    ]);
  });

  test('one that is empty is as good as not there', () => {
    expect(told({ TRUSTED_PROXY: ' ' })).toEqual([]);
  });

  test('names of other programs are left alone', () => {
    expect(ORDINARY_NAMES.length).toBeGreaterThan(300);
    expect(ORDINARY_NAMES.filter((name) => told({ [name]: 'x' }).length > 0)).toEqual([]);
  });

  test('so are all names of a Kubernetes Service that is called like a part of ours', () => {
    const links = (service: string): Readonly<Record<string, string>> => ({
      [`${service}_SERVICE_HOST`]: '10.0.0.7',
      [`${service}_SERVICE_PORT`]: '8081',
      [`${service}_PORT_8081_TCP`]: 'tcp://10.0.0.7:8081',
      [`${service}_PORT_8081_TCP_ADDR`]: '10.0.0.7',
    });

    for (const service of ['GATE', 'ADMIN', 'PUBLIC', 'KODER_GATE'])
      expect([service, told(links(service))]).toEqual([service, []]);
    expect(told({ ...links('GATE_PUBLIC'), GATE_PUBLIC_PORT: 'tcp://10.0.0.7:8080' })).toEqual([]);
    expect(told({ ...links('GATES'), GATES_PORT: 'tcp://10.0.0.7:8080' })).toEqual([]);
  });

  test.each(['GATE_PORT', 'ADMIN_PORT', 'PUBLIC_PORT'])('%s as Kubernetes sets it has a cure of its own', (name) => {
    const [problem = '', ...others] = told({ [name]: 'tcp://10.0.0.7:8081' });

    expect(others).toEqual([]);
    expect(problem).toContain('which Kubernetes sets for a Service of this name');
    expect(problem).toContain('enableServiceLinks: false');
  });

  test('none of our own names is taken for a slip, alone or as the path of a file', () => {
    const all = [...OURS, ...OURS.map((name) => `${name}_FILE`)];
    const misspelt = all.filter((name) => told({ [name]: 'x' }).some((line) => line.includes('Did you mean')));

    expect(misspelt).toEqual([]);
  });

  test('nor one that sites.toml refers to', () => {
    const sites = `${SITE}[producers.jet]\nhosts = ["*.example.net"]\ntoken_env = "GATE_SECRETS"\n`;

    expect(problemsOf({ sites, environment: { GATE_SECRETS: 'b'.repeat(40) } })).toEqual([]);
  });

  test('a letter that is missing, twice or swapped in a long word is always told', () => {
    const long = OURS.filter((name) => name.split('_').some((word) => word.length > 5));
    const slip = fc.constantFrom(...long).chain((name) => {
      const word = name.split('_').find((one) => one.length > 5) ?? '';
      const from = name.indexOf(word) + 1;
      return fc.tuple(
        fc.constant(name),
        fc.integer({ min: from, max: from + word.length - 3 }),
        fc.constantFrom('drop', 'double', 'swap'),
      );
    });
    fc.assert(
      fc.property(slip, ([name, at, kind]) => {
        const [one, next] = [name[at] ?? '', name[at + 1] ?? ''];
        const middle = kind === 'drop' ? next : kind === 'double' ? one + one + next : next + one;
        const typed = name.slice(0, at) + middle + name.slice(at + 2);
        fc.pre(typed !== name && !OURS.includes(typed));

        expect([typed, told({ [typed]: 'x' }).some((line) => line.includes('Did you mean'))]).toEqual([typed, true]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a value', () => {
  test.each(['"127.0.0.1/32"', "'127.0.0.1/32'"])('that is still in quotes is refused: %s', (value) => {
    expect(told({ TRUSTED_PROXIES: value })).toEqual([
      'environment: TRUSTED_PROXIES | is in quotes, and whatever set it left them in the value | Write the value without quotes.',
    ]);
  });

  test('with blanks around it is read without', () => {
    expect(configOf({ environment: { TRUSTED_PROXIES: ' 10.0.0.5 ' } }).trustedProxies).toEqual(['10.0.0.5/32']);
  });

  test('may be in a file, whatever the variable', () => {
    const environment = { TRUSTED_PROXIES_FILE: '/run/proxies' };

    expect(configOf({ environment, files: { '/run/proxies': '10.0.0.5\n' } }).trustedProxies).toEqual(['10.0.0.5/32']);
  });
});

describe('in .env', () => {
  const problemsIn = (text: string, sites = SITE): readonly string[] => {
    const dotEnv: DotEnv = readDotEnv(text);
    const loading = loadingOf({ sites });
    const loaded = loadConfig({ ...loading, environment: { ...dotEnv.values, ...loading.environment }, dotEnv });
    return loaded.kind === 'ok'
      ? []
      : loaded.problems.map(({ file, key, problem, cure }) => `${file}: ${key} | ${problem} | ${cure}`);
  };
  const UNKNOWN = 'is no variable of the gate, so nobody reads it';

  test.each([
    ['TRUSTED_PROXY=10.0.0.5', 'TRUSTED_PROXY', 'Did you mean TRUSTED_PROXIES?'],
    ['trusted-proxies=10.0.0.5', 'trusted-proxies', 'Did you mean TRUSTED_PROXIES?'],
    ['export TRUSTED_PROXY=10.0.0.5', 'TRUSTED_PROXY', 'Did you mean TRUSTED_PROXIES?'],
    ['TRUSTED_PROXY=', 'TRUSTED_PROXY', 'Did you mean TRUSTED_PROXIES?'],
    ['PROXIES_TRUSTED=10.0.0.5', 'PROXIES_TRUSTED', 'Take it out; .env.example lists every variable.'],
    ['MY_OWN_SETTING=1', 'MY_OWN_SETTING', 'Take it out; .env.example lists every variable.'],
  ])('%s', (text, name, cure) => {
    expect(problemsIn(text)).toEqual([`.env: ${name} | ${UNKNOWN} | ${cure}`]);
  });

  test.each([
    'TRUSTED_PROXIES=10.0.0.5',
    'export TRUSTED_PROXIES=10.0.0.5',
    'TRUSTED_PROXIES = 10.0.0.5',
    '  TRUSTED_PROXIES="10.0.0.5" # the proxy',
    "TRUSTED_PROXIES='10.0.0.5'",
    '\ufeffTRUSTED_PROXIES=10.0.0.5',
    '# a comment\r\nTRUSTED_PROXIES=10.0.0.5\r\n',
    'TRUSTED_PROXIES=\nTRUSTED_PROXIES=10.0.0.5',
    'TRUSTED_PROXIES=10.0.0.5\nTRUSTED_PROXIES=10.0.0.5',
  ])('%j is read as people expect', (text) => {
    const dotEnv = readDotEnv(text);

    expect([dotEnv.values['TRUSTED_PROXIES'], problemsIn(text)]).toEqual(['10.0.0.5', []]);
  });

  test('what a compose file or a service manager reads from the same file is left alone', () => {
    expect(
      problemsIn('TZ=UTC\nNODE_OPTIONS=--max-old-space-size=512\nCOMPOSE_PROJECT_NAME=gate\nHTTPS_PROXY=http://p:3128'),
    ).toEqual([]);
  });

  test('so is the path of a file, and what sites.toml refers to', () => {
    const sites = `${SITE}[producers.jet]\nhosts = ["*.example.net"]\ntoken_env = "JET_TOKEN"\n`;

    expect(problemsIn(`JET_TOKEN=${SECRET}`, sites)).toEqual([]);
    expect(problemsIn('SLACK_APP_TOKEN_FILE=').filter((line) => line.includes(UNKNOWN))).toEqual([]);
  });

  test('where sites.toml is not understood, names that it may refer to are not told beside that', () => {
    const problems = problemsIn(`JET_TOKEN=${SECRET}\nTRUSTED_PROXY=10.0.0.5`, '[[sites');

    expect(problems.map((line) => line.split(' | ')[0])).toEqual([
      '.env: TRUSTED_PROXY',
      expect.stringMatching(/^sites\.toml: line 1/),
    ]);
  });

  test.each([
    ['TRUSTED_PROXIES: 10.0.0.5', 'line 1'],
    ['\n\nTRUSTED_PROXIES 10.0.0.5', 'line 3'],
    ['LOG_LEVEL="in\nfo"\nnonsense', 'line 3'],
  ])('%j sets nothing, and that is told', (text, line) => {
    expect(problemsIn(text).filter((one) => one.startsWith('.env'))).toEqual([
      `.env: ${line} | is no setting, so nobody reads it | Write NAME=value, or # before what is a comment.`,
    ]);
  });

  test('one name with two values is refused', () => {
    expect(problemsIn('TRUSTED_PROXIES=10.0.0.5\n# …\nTRUSTED_PROXIES=10.0.0.6')).toEqual([
      '.env: TRUSTED_PROXIES | is set on line 1 and to something else on line 3 | Keep one of them.',
    ]);
  });

  test('a certificate over several lines is one value', () => {
    expect(readDotEnv('PUBLIC_TLS_KEY="-----BEGIN X-----\nab=\n-----END X-----"\nLOG_LEVEL=info').problems).toEqual([]);
  });
});
