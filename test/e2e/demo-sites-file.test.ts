/** Which `sites.toml` the demo writes: the one in its own folder, and none that is somebody else's. And its Koder ID when all is not well. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { runDemo } from '../../demo/demo.js';
import { koderIdPort, openKoderId, withKoderId, type KoderIdInput } from '../../demo/koder-id/koder-id.js';
import { SAMPLE_SITES, SAMPLE_SITES_BEFORE } from '../../demo/sample-sites.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Listener } from '../../src/http/shared/listen.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { removeData } from '../fixtures/processes/gate-process.js';
import { UNWATCHED } from '../fixtures/processes/unwatched.js';

const INPUT: KoderIdInput = {
  port: 0,
  publicUrl: 'http://localhost:8080',
  secret: 'secret-of-koder-gate',
  approver: 'ada@example.org',
  random: systemRandom(),
};

let dataDir: string;
let theirs: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gate-demo-'));
  theirs = mkdtempSync(join(tmpdir(), 'gate-theirs-'));
});
afterEach(() => [dataDir, theirs].forEach(removeData));

async function discovered(koderId: Listener | null): Promise<number> {
  return (await fetch(`http://localhost:${String(koderId?.port)}/.well-known/openid-configuration`)).status;
}

// the first, since its package is loaded once, and warns as it is
test('what its package warns of while Koder ID is made is not printed', async () => {
  const warned: unknown[] = [];
  const warning = jest.spyOn(console, 'warn').mockImplementation((...words) => void warned.push(...words));
  const koderId = await openKoderId(INPUT);

  const status = await discovered(koderId);

  warning.mockRestore();
  await koderId?.stop();
  expect([status, warned]).toEqual([200, []]);
});

/** With a port that is none, so that it looks at everything and starts nothing; answers which variables are wrong. */
async function start(sitesFile: string): Promise<string> {
  const started = await runDemo({
    channels,
    environment: { DATA_DIR: dataDir, SITES_FILE: sitesFile, GATE_PORT: 'none' },
    out: { write: () => undefined },
    log: silentLog,
    pid: 1,
    descriptorLimit: 1_024,
    faults: () => UNWATCHED.faults(),
  });
  if (started.kind === 'problems') return JSON.stringify(started.problems);
  await started.stop();
  throw new Error('it was to refuse');
}

test.each(['sites.toml', 'missing/sites.toml'])(
  'a file of another folder that is not there is missed: %s',
  async (name) => {
    const file = join(theirs, name);

    expect(await start(file)).toContain(file);

    expect(existsSync(file)).toBe(false);
  },
);

test('a file of another folder stays as it is, even as the demo wrote it once', async () => {
  const file = join(theirs, 'sites.toml');
  const [before = ''] = SAMPLE_SITES_BEFORE;
  writeFileSync(file, before);

  await start(file);

  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('the file of its own folder is written, also where it is named', async () => {
  const file = join(dataDir, '.', 'sites.toml');

  expect(await start(file)).not.toContain(file);

  expect(readFileSync(file, 'utf8')).toContain(SAMPLE_SITES);
  expect(koderIdPort(readFileSync(file, 'utf8'))).not.toBeNull();
});

test('there is no Koder ID where somebody else has its port; anything else is told', async () => {
  const first = await openKoderId(INPUT);

  expect(await openKoderId({ ...INPUT, port: first?.port ?? 0 })).toBeNull();
  await expect(openKoderId({ ...INPUT, port: 65_536 })).rejects.toThrow('65536');
  expect(koderIdPort(withKoderId(SAMPLE_SITES, { port: 65_536, secretFile: 'koder-id.secret' }))).toBeNull();

  await first?.stop();
});

test('Koder ID that could not be made is made for whoever comes next', async () => {
  let asked = 0;
  const hex = (bytes: number): string => {
    asked += 1;
    if (asked === 1) throw new Error('no randomness yet');
    return systemRandom().hex(bytes);
  };
  const koderId = await openKoderId({ ...INPUT, random: { hex } });

  const statuses = [await discovered(koderId), await discovered(koderId)];

  await koderId?.stop();
  expect(statuses).toEqual([500, 200]);
});
