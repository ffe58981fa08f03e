/** What the command does with no gate running: help, doctor from outside, refusals to start. */
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Check } from '../../src/contract/admin.js';
import { SECRET, SITE } from '../fixtures/sites/loading.js';
import { run } from '../fixtures/processes/run-cli.js';

const ENVIRONMENT = {
  PUBLIC_URL: 'http://localhost:8080',
  GATE_SECRET: SECRET,
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM: 'gate@example.org',
};
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-cli-'));
  writeFileSync(join(folder, 'sites.toml'), SITE);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const VERBS = [
  'serve',
  'demo',
  'migrate',
  'pending',
  'show',
  'approve',
  'deny',
  'grants',
  'grant',
  'revoke',
  'history',
  'sign-in-link',
  'reload',
  'audit',
  'doctor',
];

describe('help', () => {
  test.each([
    [
      ['help', 'grants'],
      ['grants', '--help'],
    ],
    [
      ['help', 'audit', 'verify'],
      ['audit', 'verify', '--help'],
    ],
    [['help'], ['--help']],
  ])('gate %p is the same as gate %p', async (words, same) => {
    const answer = await run({ folder }, ...words);

    expect(answer).toEqual(await run({ folder }, ...same));
    expect([answer.code, answer.err]).toEqual([0, '']);
  });

  test('of a verb that there is not says so, and what was probably meant', async () => {
    const { code, out, err } = await run({ folder }, 'help', 'grnts');

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain("there is no verb 'grnts'. Did you mean grants?");
  });

  test('names every verb, examples and the exit codes', async () => {
    const { code, out } = await run({ folder }, '--help');

    expect(code).toBe(0);
    for (const verb of VERBS) expect(out).toMatch(new RegExp(`^  ${verb} `, 'm'));
    for (const exit of ['0 ', '1 ', '2 ', '69', '78']) expect(out).toMatch(new RegExp(`^  ${exit}  \\w`, 'm'));
    expect(out).toContain('gate approve 4k2m --for 8h');
  });

  test.each(VERBS)('of %s says how to use it', async (verb) => {
    const { code, out } = await run({ folder }, verb, '--help');

    expect(code).toBe(0);
    expect(out).toContain(`Usage: gate ${verb}`);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(82);
  });

  test('a mistyped verb is told the nearest', async () => {
    const { code, err } = await run({ folder }, 'aprove', '4k2m');

    expect(code).toBe(2);
    expect(err).toContain('Did you mean approve?');
  });

  test('the version is the one of the package', async () => {
    expect(await run({ folder }, '--version')).toMatchObject({ code: 0, out: '0.1.0\n' });
  });
});

describe('serve and migrate', () => {
  test.each(['serve', 'migrate'])('%s prints every problem at once and ends with 78', async (verb) => {
    writeFileSync(join(folder, 'sites.toml'), '[[sites]]\ndomains = ["a.org"]\nenvironment = "staging"');

    const { code, out, err } = await run({ folder }, verb);

    expect({ code, out }).toEqual({ code: 78, out: '' });
    expect(err).toContain('problems. Nothing was changed or started.');
    for (const key of ['PUBLIC_URL', 'GATE_SECRET', 'SMTP_URL', 'sites."a.org".environment'])
      expect(err).toContain(key);
    expect(existsSync(join(folder, '.gate'))).toBe(false);
  });

  test.each(['serve', 'migrate'])(
    '%s says in words that the database does not answer, and ends with 69',
    async (verb) => {
      const closed = createServer().listen(0, '127.0.0.1');
      await once(closed, 'listening');
      const { port } = closed.address() as AddressInfo;
      closed.close();
      await once(closed, 'close');
      const environment = {
        ...ENVIRONMENT,
        DATA_DIR: join(folder, 'data'),
        DATABASE_URL: `postgres://gate:hidden@127.0.0.1:${String(port)}/gate`,
      };

      const { code, err } = await run({ folder, environment }, verb);

      expect(code).toBe(69);
      expect(err).toContain('PostgreSQL cannot be used (ECONNREFUSED): nobody listens there. See that PostgreSQL runs');
      expect(err).not.toContain('hidden');
    },
  );

  test.each(['serve', 'demo', 'migrate'])('%s says that DATA_DIR is no folder, and ends with 78', async (verb) => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');

    const { code, err } = await run({ folder, environment: { ...ENVIRONMENT, DATA_DIR: file } }, verb);

    expect(code).toBe(78);
    expect(err).toContain('See that DATA_DIR is a folder that this user may write.');
  });
});

describe('doctor', () => {
  const doctor = async (environment: Readonly<Record<string, string>>) => {
    const { code, out } = await run({ folder, environment }, 'doctor', '--json');
    return { code, checks: JSON.parse(out) as readonly Check[] };
  };

  test('judges the configuration from outside, one check a problem', async () => {
    const { code, checks } = await doctor({ ...ENVIRONMENT, GATE_SECRET: '' });

    expect(code).toBe(78);
    expect(checks.map(({ name, isOk }) => [name, isOk])).toEqual([
      ['configuration', false],
      ['gate process', false],
    ]);
    expect(checks[0]).toMatchObject({ detail: 'environment: GATE_SECRET is not set' });
    expect(checks[0]?.cure).toContain('openssl rand -hex 32');
  });

  test('says that the process is down, and that the rest is well', async () => {
    const { code, checks } = await doctor(ENVIRONMENT);

    expect(code).toBe(69);
    expect(checks.map(({ name, isOk }) => [name, isOk])).toEqual([
      ['configuration', true],
      ['database', true],
      ['gate process', false],
    ]);
    expect(checks[1]?.detail).toContain('is made at the first start');
  });

  test('knows a database file that is none', async () => {
    mkdirSync(join(folder, '.gate'));
    writeFileSync(join(folder, '.gate/gate.sqlite'), 'not a database at all');

    const { checks } = await doctor(ENVIRONMENT);

    expect(checks.find(({ name }) => name === 'database')).toMatchObject({ isOk: false });
    chmodSync(join(folder, '.gate/gate.sqlite'), 0o600);
  });

  test('prints for people what is wrong and the cure', async () => {
    const { out } = await run({ folder, environment: ENVIRONMENT }, 'doctor');

    expect(out).toMatch(/^ok {4}configuration: read from the environment and sites\.toml$/m);
    expect(out).toMatch(/^FAIL {2}gate process: no gate has left/m);
    expect(out).toMatch(/^ {6}cure: Start it with "gate serve"/m);
  });
});
