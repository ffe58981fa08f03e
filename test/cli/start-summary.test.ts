/** What a start says: in words before a person at a terminal, in one JSON line where something collects logs. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { notices, startSummary } from '../../src/cli/start-summary.js';
import { jsonLog } from '../../src/base/process/log.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { configOf, SECRET, SITE } from '../fixtures/sites/loading.js';
import { eventually } from '../fixtures/time/eventually.js';
import { freePorts } from '../fixtures/processes/gate-process.js';

const PRD = '\n[[sites]]\ndomains = ["www.example.org"]\nenvironment = "prd"\n';

describe('the summary', () => {
  test('names sites, approvers, channels, the addresses of the planes and the proxies', () => {
    const environment = { TRUSTED_PROXIES: '127.0.0.1/32,10.1.0.0/16' };
    const text = startSummary(configOf({ sites: SITE + PRD, environment }));

    expect(text).toMatch(/^ {2}Sites +stg\.example\.org \(stg\), www\.example\.org \(prd, open to everybody\)$/m);
    expect(text).toMatch(/^ {2}Approvers +ada@example\.org$/m);
    expect(text).toMatch(/^ {2}Channels +.*email/m);
    expect(text).toMatch(/^ {2}Public plane +https:\/\/gate\.example\.org .*8080/m);
    expect(text).toMatch(/^ {2}Gate plane +.*8081/m);
    expect(text).toMatch(/^ {2}Admin plane +.*8082/m);
    expect(text).toMatch(/^ {2}Trusted proxies +127\.0\.0\.1\/32, 10\.1\.0\.0\/16$/m);
    expect(text).not.toContain('Warning');
  });

  test('names every domain of a site', () => {
    const sites = SITE.replace('["stg.example.org"]', '["stg.example.org", "www.stg.example.org"]');

    expect(startSummary(configOf({ sites }))).toMatch(
      /^ {2}Sites +stg\.example\.org, www\.stg\.example\.org \(stg\)$/m,
    );
  });

  test('says only what this process has', () => {
    const text = startSummary(configOf({ environment: { GATE_ROLES: 'courier,admin' } }));

    expect(text).not.toMatch(/Public plane|Gate plane/);
    expect(text).toMatch(/^ {2}Roles +(?:courier, admin|admin, courier)$/m);
  });

  test.each<[string, Parameters<typeof configOf>[0], RegExp]>([
    ['no trusted proxy', { environment: { TRUSTED_PROXIES: undefined } }, /TRUSTED_PROXIES names nobody/],
    ['plain http', { environment: { PUBLIC_URL: 'http://localhost:8080' } }, /PUBLIC_URL is plain http/],
    ['no gated site', { sites: PRD }, /no site is gated/],
  ])('warns of %s', (_what, variation, warning) => {
    expect(startSummary(configOf(variation))).toMatch(warning);
  });

  test.each([
    ['127.0.0.1/32,::1/128', false],
    ['127.0.0.1/32,172.18.0.0/16', true],
    ['2001:db8::/64', true],
  ])('where a proxy speaks for certificates, warns of networks in which any host may: %s', (proxies, isWarned) => {
    const environment = { TRUSTED_PROXIES: proxies };
    const jet =
      '\n[producers.jet]\nhosts = ["stg.example.org"]\nnotifiers = ["email"]\nclient_cert_subject = ["CN=jet"]\nclient_cert_from = "proxy"\n';

    const text = startSummary(configOf({ sites: SITE + jet, environment }));

    expect(/Warning: every host in .* is believed about the client certificates of jet/.test(text)).toBe(isWarned);
    expect(startSummary(configOf({ environment }))).not.toContain('client certificates');
  });

  test('is short, however many sites there are', () => {
    const many = Array.from({ length: 40 }, (_, at) => PRD.replace('www.', `w${String(at)}.`)).join('');

    expect(startSummary(configOf({ sites: SITE + many }))).toMatch(/and 35 more$/m);
  });
});

test.each([
  ['no terminal', false, false],
  ['a terminal whose person asked for silence', true, true],
])('%s gets the lines of the log', (_what, errIsTerminal, isQuiet) => {
  let printed = '';
  const out = { write: (text: string) => void (printed += text) };
  const told = notices({ errIsTerminal }, { log: jsonLog('info', out), out, isQuiet });

  told.started(configOf({}));
  told.stopping('SIGTERM');
  told.stopped();
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  expect(lines).toMatchObject([
    { msg: 'ready', publicPort: 8080, gatePort: 8081, adminPort: 8082 },
    { msg: 'stopping', why: 'SIGTERM' },
    { msg: 'stopped' },
  ]);
});

const SCRIPT = '/usr/bin/script';
const onTerminal = existsSync(SCRIPT) && process.platform === 'linux' ? test : test.skip;

onTerminal(
  'gate serve at a terminal says in words that it is ready, that it stops and that it has stopped',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gate-terminal-'));
    writeFileSync(join(folder, 'sites.toml'), SITE);
    const ports = await freePorts();
    const child = spawn(
      SCRIPT,
      ['-qefc', `exec ${process.execPath} ${join(packageRoot(), 'dist/run/main.js')} serve`, '/dev/null'],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'] ?? '',
          PUBLIC_URL: `http://localhost:${String(ports.public)}`,
          PUBLIC_PORT: String(ports.public),
          GATE_PORT: String(ports.gate),
          ADMIN_PORT: String(ports.admin),
          GATE_SECRET: SECRET,
          TRUSTED_PROXIES: '127.0.0.1/32',
          SMTP_URL: 'smtp://127.0.0.1:2525',
          MAIL_FROM: 'gate@example.org',
        },
      },
    );
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    try {
      await eventually('it is ready', () => printed.includes('Koder Gate is ready.'));
      child.stdin.write('\u0003'); // Ctrl-C
      await eventually('it has stopped', () => printed.includes('Stopped.'));

      expect(printed).toContain('Sites            stg.example.org (stg)');
      expect(printed).toContain('Stopping (SIGINT)');
      expect(printed).not.toContain('"msg":"ready"');
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
