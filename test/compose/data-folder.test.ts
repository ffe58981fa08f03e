/** What happens to the files of DATA_DIR beside the database while the gate runs is noticed and told. */
import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import { watchDataFolder, type DataFolder } from '../../src/compose/data-folder.js';
import { eventually } from '../fixtures/time/eventually.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { silentDisk } from '../fixtures/disks/silent-disk.js';

let dataDir: string;
/** Apart from it, so that a test may remove that one. */
let pipes: string;
let announced: number;
let folder: DataFolder;
let log: ReturnType<typeof keptLog>;
/** What a person at the doctor waits for at most. */
const BOUND_MS = 4_000;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gate-data-'));
  pipes = mkdtempSync(join(tmpdir(), 'gate-pipes-'));
  for (const name of ['gate.sqlite.lock', 'admin.token', 'admin.json']) writeFileSync(join(dataDir, name), '');
  announced = 0;
  log = keptLog();
  folder = watchDataFolder({ dataDir, hasLedger: true, announce, clock: systemClock(), log });
});

afterEach(async () => {
  await folder.stop();
  for (const one of [dataDir, pipes]) rmSync(one, { recursive: true, force: true });
});

function announce(): Promise<void> {
  announced += 1;
  return Promise.resolve();
}

async function details(): Promise<readonly string[]> {
  return (await folder.checks()).map(({ detail }) => detail);
}

test('a folder where all is well has nothing to tell', async () => {
  folder.start();

  expect(await details()).toEqual([]);
  expect(announced).toBe(0);
});

test('a lock that was deleted, or replaced, is told', async () => {
  const lock = join(dataDir, 'gate.sqlite.lock');
  writeFileSync(`${lock}.other`, '');

  rmSync(lock);
  expect(await details()).toEqual([expect.stringContaining('gate.sqlite.lock was deleted or replaced')]);
  renameSync(`${lock}.other`, lock);

  expect(await details()).toEqual([expect.stringContaining('gate.sqlite.lock was deleted or replaced')]);
});

test('a log that was never written back is told with its size', async () => {
  const file = join(dataDir, 'gate.sqlite-wal');
  writeFileSync(file, '');
  truncateSync(file, 300 * 1_048_576);

  expect(await details()).toEqual(['gate.sqlite-wal has 300 MiB and cannot be written back']);
});

test.each(['admin.token', 'admin.json'])('without %s the gate is made known again', async (name) => {
  rmSync(join(dataDir, name));

  folder.start();

  await eventually('it is announced', () => announced === 1);
});

test('a folder that is gone is told, and not made anew', async () => {
  rmSync(dataDir, { recursive: true });

  folder.start();

  expect(await details()).toContain('DATA_DIR cannot be looked at (ENOENT)');
  expect(announced).toBe(0);
});

test('a disk that does not answer is told in time, also where nobody asks, and once it answers all is well', async () => {
  const disk = silentDisk(pipes);
  const startMs = performance.now();
  folder.start();

  try {
    expect(await details()).toEqual([expect.stringContaining('has not answered')]);
    expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
    await eventually('the log says so', () => log.lines.includes('something is wrong with DATA_DIR'));
  } finally {
    await disk.answer();
  }

  await eventually('all is well', async () => (await details()).length === 0);
});
