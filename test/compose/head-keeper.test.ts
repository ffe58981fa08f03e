/** The head of the trail that is kept in DATA_DIR: never overwritten where acts are missing, and never waited for without end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import { openHeadKeeper, type HeadKeeper } from '../../src/compose/head-keeper.js';
import type { AuditHead, Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { entryBy, headOf, sealAll } from '../contract/ledger/sealing.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { createSqliteFile, type TestDatabase } from '../fixtures/databases/databases.js';
import { silentFile } from '../fixtures/disks/silent-disk.js';

/** What a person at the doctor waits for at most. */
const BOUND_MS = 4_000;

let databases: TestDatabase[];
let ledgers: Ledger[];
/** Which of the databases is in place. */
let place: Ledger;
let dataDir: string;
let log: ReturnType<typeof keptLog>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gate-head-'));
  log = keptLog();
  const files = [createSqliteFile(), createSqliteFile()];
  databases = files;
  ledgers = await Promise.all(files.map(({ where }) => openLedger(where, { log })));
  inPlace(0);
});

afterEach(async () => {
  for (const ledger of ledgers) await ledger.close();
  for (const database of databases) await database.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

/** As a restore does under a gate that runs: from now on this database answers. */
function inPlace(at: 0 | 1): void {
  const ledger = ledgers[at];
  if (ledger === undefined) throw new Error('there are two databases');
  place = ledger;
}

async function grown(entries: number): Promise<AuditHead> {
  for (let at = 0; at < entries; at += 1) await place.audit.add(entryBy('ada'), null);
  await sealAll(place);
  return headOf(place);
}

function open(): Promise<HeadKeeper> {
  const trail = {
    sealed: (input: Parameters<Ledger['audit']['sealed']>[0]) => place.audit.sealed(input),
    head: () => place.audit.head(),
  };
  return openHeadKeeper({ dataDir, trail, clock: systemClock(), log });
}

const kept = (): string => readFileSync(join(dataDir, 'audit.head'), 'utf8').trim();
const text = ({ number, seal }: AuditHead): string => `${String(number)}:${seal}`;

test('each new head is kept in place of the one before', async () => {
  const heads = await open();

  await heads.keep(await grown(2));
  const second = await grown(3);
  await heads.keep(second);

  expect(kept()).toBe(text(second));
  expect(await heads.check()).toBeNull();
});

test('a head that comes late is not kept in place of a newer one', async () => {
  const heads = await open();
  const [first, second] = [await grown(2), await grown(1)];

  await heads.keep(second);
  await heads.keep(first);

  expect(kept()).toBe(text(second));
});

test.each([
  ['fewer acts', 2],
  ['as many', 5],
  ['more', 9],
])(
  'where an older database is put in place under the gate and goes on to %s, the kept head stays and tells what is missing',
  async (_what, entries) => {
    const heads = await open();
    const evidence = await grown(5);
    await heads.keep(evidence);
    inPlace(1);

    for (const part of [1, entries - 1]) await heads.keep(await grown(part));

    expect(kept()).toBe(text(evidence));
    expect(await heads.check()).toMatchObject({ isOk: false, detail: expect.stringContaining('number 5') });
    expect(log.lines.filter((line) => line.includes('acts are missing'))).toHaveLength(1);
  },
);

test('once an operator has accepted the trail as it is, newer heads are kept again', async () => {
  const heads = await open();
  await heads.keep(await grown(5));
  inPlace(1);
  const accepted = await grown(2);
  await heads.keep(accepted);

  writeFileSync(join(dataDir, 'audit.head'), text(accepted));
  const next = await grown(1);
  await heads.keep(next);

  expect(kept()).toBe(text(next));
  expect(await heads.check()).toBeNull();
});

test.each(['audit.head', 'audit.head.new'])('a disk that does not answer for %s holds nobody up', async (name) => {
  const heads = await open();
  const head = await grown(1);
  const disk = silentFile(join(dataDir, name));
  const startMs = performance.now();

  try {
    await heads.keep(head);
    const check = await heads.check();

    expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
    expect(check).toMatchObject({ isOk: false, detail: expect.stringContaining('cannot be read (ETIMEDOUT)') });
  } finally {
    await disk.answer();
  }
});
