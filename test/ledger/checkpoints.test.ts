/** When the write-ahead log is moved into the file: while nobody waits, and only where it is worth it. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FULL_LOG_PAGES, keepLog, type LogKeeping } from '../../src/ledger/sqlite/checkpoints.js';
import { createSqliteFile } from '../fixtures/databases/databases.js';

const PAGE_BYTES = 4_096;
const MANY_PAGES = 1_200;
const FEW_PAGES = 300;

let database: ReturnType<typeof createSqliteFile>;
let connection: Database.Database;
let keeping: LogKeeping;
/** What the clock was asked to call, in order; one that was cancelled is null. */
let timers: ((() => void) | null)[];

beforeEach(() => {
  database = createSqliteFile();
  connection = new Database(database.where.file);
  connection.pragma('journal_mode = WAL');
  connection.exec('CREATE TABLE big (bytes BLOB)');
  timers = [];
  keeping = keepLog(connection, {
    after(_ms, callback) {
      const at = timers.push(callback) - 1;
      return () => {
        timers[at] = null;
      };
    },
  });
});

afterEach(async () => {
  connection.close();
  await database.remove();
});

function write(pages: number): void {
  connection.exec(`INSERT INTO big VALUES (zeroblob(${String(pages * PAGE_BYTES)}))`);
}

function fire(): void {
  for (const timer of timers.splice(0)) timer?.();
}

function unmoved(): number {
  const [state] = connection.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return (state?.log ?? 0) - (state?.checkpointed ?? 0);
}

test('a commit leaves the log alone, and the idle moment after it moves it', () => {
  write(MANY_PAGES);
  keeping.whenIdle();
  const before = unmoved();

  fire();

  expect(before).toBeGreaterThan(MANY_PAGES);
  expect(unmoved()).toBe(0);
});

test('a short log stays: two fsyncs are not worth it', () => {
  write(FEW_PAGES);
  keeping.whenIdle();

  fire();

  expect(unmoved()).toBeGreaterThan(FEW_PAGES);
});

test('whoever comes begins the pause anew, and stopping ends it', () => {
  keeping.whenIdle();
  keeping.whenIdle();
  const waiting = timers.map((timer) => timer !== null);
  keeping.stop();

  expect(waiting).toEqual([false, true]);
  expect(timers).toEqual([null, null]);
});

test('a log that never has its idle moment is moved by a commit, when it is full', () => {
  for (let pages = 0; pages <= FULL_LOG_PAGES; pages += MANY_PAGES) write(MANY_PAGES);

  expect(unmoved()).toBe(0);
});

test('a reader beside is not waited for, and loses nothing', () => {
  const reader = new Database(database.where.file, { readonly: true });
  const rows = reader.prepare('SELECT length(bytes) FROM big').pluck().iterate();
  write(MANY_PAGES);
  keeping.whenIdle();
  rows.next();
  write(MANY_PAGES);

  fire();

  expect(unmoved()).toBeGreaterThan(0);
  expect([...rows]).toEqual([]);
  reader.close();
});
