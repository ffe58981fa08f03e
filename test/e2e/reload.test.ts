/** `sites.toml` is read again by SIGHUP and by `gate reload`, in a running process: a bad file changes nothing and says why. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from './eventually.js';
import { removeData, startGate, type GateProcess } from './gate-process.js';
import { startPeers, type Peers } from './peers.js';
import { visit } from './people.js';
import { SITES } from './sites.js';

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
