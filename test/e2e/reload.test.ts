/** `sites.toml` is read again by SIGHUP and by `gate reload`, in a running process: a bad file changes nothing and says why. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { adminBrowser } from '../fixtures/http/admin-browser.js';
import { browser } from '../fixtures/http/visitor-client.js';
import { startPeers, type Peers } from '../fixtures/processes/peers.js';
import { visit } from '../fixtures/processes/people.js';
import { BOB, SITES } from '../fixtures/sites/sites.js';

const VISITOR = '198.51.100.77';
const OPEN_TO_VISITOR = SITES.replace(
  'environment = "stg"',
  'environment = "stg"\npermanent_whitelist = ["198.51.100.0/24"]',
);
const BAD = SITES.replace('environment = "stg"', 'environment = "staging"');

let peers: Peers;
let gate: GateProcess;

beforeEach(async () => {
  peers = await startPeers();
  gate = await startGate({ sites: SITES, environment: peers.environment });
});

afterEach(async () => {
  await gate.stop();
  removeData(gate.dataDir);
  await peers.close();
});

const write = (sites: string): void => writeFileSync(join(gate.dataDir, 'sites.toml'), sites);
const status = async (): Promise<number> => (await visit(gate, VISITOR)).status;

test('SIGHUP takes a good file, and a bad one changes nothing and is told', async () => {
  expect(await status()).toBe(403);

  write(OPEN_TO_VISITOR);
  gate.child.kill('SIGHUP');
  await eventually('the new file counts', async () => (await status()) === 204);
  write(BAD);
  gate.child.kill('SIGHUP');
  await eventually('the problem is told', () => gate.printed.err.includes('Write environment = "stg".'));

  expect(await status()).toBe(204);
  expect(gate.child.exitCode).toBeNull();
}, 60_000);

test('gate reload does the same', async () => {
  write(OPEN_TO_VISITOR);
  expect((await gate.cli('reload')).code).toBe(0);
  expect(await status()).toBe(204);

  write(BAD);
  const refused = await gate.cli('reload');

  expect(refused.code).toBe(78);
  expect(refused.out + refused.err).toContain('Write environment = "stg".');
  expect(await status()).toBe(204);
}, 60_000);

async function setCookieOf(person: string, at = browser(gate)): Promise<string> {
  const { out } = await gate.cli('sign-in-link', person);
  const link = /http:\S+\/sign-in\/[0-9a-f]{64}/.exec(out)?.[0] ?? '';
  const signed = await at.post(new URL(link).pathname, {});
  return signed.headers['set-cookie']?.[0] ?? '';
}

test('who operates the gate, and how long sessions last, is as the file says from the reload on', async () => {
  const eva = 'eva@example.org';
  write(`operators = ["${eva}"]\n${SITES}\n[identity]\nsession_max_sec = 3600\nsecond_factor = "off"\n`);
  expect((await gate.cli('reload')).code).toBe(0);
  const person = browser(gate);
  const setCookie = await setCookieOf(eva, person);
  const adminUrl = `http://localhost:${String(gate.ports.admin)}`;
  const atAdmin = adminBrowser({ publicUrl: gate.publicUrl, adminUrl }, person);

  const asOperator = await atAdmin.follow('/metrics');
  const listed = await gate.cli('account', 'list');
  const disabled = await gate.cli('account', 'disable', eva);
  const asNobody = await atAdmin.follow('/metrics');

  expect(setCookie).toContain('Max-Age=3600');
  expect([asOperator.status, asOperator.text, disabled.code]).toEqual([200, expect.stringContaining('# HELP'), 0]);
  expect(asNobody.text).toContain('Sign in');
  expect(listed.out).toMatch(/^eva@example.org .*operator +active +1$/m);
}, 60_000);

test('whoever leaves the file is signed out, and is not signed in again when the name comes back', async () => {
  const [cookie = ''] = (await setCookieOf(BOB)).split(';');
  const list = async (): Promise<number> => (await fetch(gate.publicUrl, { headers: { cookie } })).status;
  const before = await list();

  write(SITES.replace(`[approvers."${BOB}"]\nemail = "${BOB}"\ntalk = "${BOB}"\n`, '').replace(`, "${BOB}"`, ''));
  expect((await gate.cli('reload')).code).toBe(0);
  const gone = await list();
  write(SITES);
  expect((await gate.cli('reload')).code).toBe(0);

  expect([before, gone, await list()]).toEqual([200, 401, 401]);
}, 60_000);
