/** The writers’ queue on SQLite, where one of those that share a commit fails, or the commit itself. */
import Database from 'better-sqlite3';
import { describe, expect, test } from '@jest/globals';
import type { Fate } from '../../src/ledger/sqlite/writers.js';
import { opened, openInput } from '../contract/ledger/inputs.js';
import { commitsIn, logFrames } from './log-frames.js';
import {
  asking,
  beside,
  connection,
  database,
  fates,
  marking,
  marks,
  openQueue,
  queue,
} from '../fixtures/databases/writers.js';

function commitAll(): void {
  while (queue.length() > 0) queue.commitNext();
}

function kinds(): Readonly<Record<string, Fate['kind']>> {
  return Object.fromEntries(fates.map(({ name, kind }) => [name, kind]));
}

function codes(): readonly unknown[] {
  return fates.map((fate) => (fate.kind === 'failed' ? (fate.error as { code?: unknown }).code : null));
}

function mutter(): never {
  throw new Error('a writer has trouble of its own');
}

openQueue();

describe('one that fails', () => {
  test.each([
    ['first', ['bad', 'a', 'b']],
    ['in the middle', ['a', 'bad', 'b']],
    ['last', ['a', 'b', 'bad']],
  ])('%s is undone alone, and the others are committed', (_where, names) => {
    for (const name of names) marking(name, name === 'bad' ? mutter : undefined);

    commitAll();

    expect(kinds()).toEqual({ a: 'committed', bad: 'failed', b: 'committed' });
    expect(marks()).toEqual(['a', 'b']);
  });

  test('half way through a verb leaves nothing of it behind, and its neighbours are whole', () => {
    const [one, other] = [openInput(), openInput()];
    asking('requests.open', one, opened);
    asking('requests.open', openInput({ browser: null as unknown as string }), opened);
    asking('requests.open', other, opened);

    commitAll();

    expect(codes()).toEqual([null, 'SQLITE_CONSTRAINT_NOTNULL', null]);
    expect(beside.prepare('SELECT id FROM requests').pluck().all().sort()).toEqual([one.id, other.id].sort());
    expect(beside.prepare('SELECT request_id FROM windows').pluck().all().sort()).toEqual([one.id, other.id].sort());
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('and takes the transaction with it fails alone: what the others had written is written again', () => {
    connection.exec(`
      CREATE TRIGGER strict BEFORE INSERT ON marks WHEN NEW.text = 'refused'
      BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END`);
    marking('a');
    marking('b');
    marking('bad', undefined, 'refused');
    marking('c');

    commitAll();

    expect(kinds()).toEqual({ a: 'committed', b: 'committed', bad: 'failed', c: 'committed' });
    expect(marks()).toEqual(['a', 'b', 'c']);
  });

  test('before others, and takes the transaction with it, leaves them theirs', () => {
    marking('bad', () => {
      connection.exec('ROLLBACK');
      mutter();
    });
    marking('a');

    commitAll();

    expect(kinds()).toEqual({ bad: 'failed', a: 'committed' });
    expect(marks()).toEqual(['a']);
  });

  test('because the file may not grow: who fits is committed, who does not is refused, and nobody is half there', () => {
    connection.exec('VACUUM'); // migrations leave pages behind that are free
    const pages = connection.pragma('page_count', { simple: true }) as number;
    connection.pragma(`max_page_count = ${String(pages + 4)}`);
    const big = 'x'.repeat(12_000);
    marking('small');
    marking('fits', undefined, big);
    marking('does not', undefined, big);
    marking('small too');

    commitAll();

    expect(kinds()).toEqual({ small: 'committed', fits: 'committed', 'does not': 'failed', 'small too': 'committed' });
    expect(codes()).toContain('SQLITE_FULL');
    expect(marks()).toEqual(['small', 'fits', 'small too']);
    connection.pragma(`max_page_count = ${String(pages + 100)}`);
    marking('does not', undefined, big);
    commitAll();
    expect(marks()).toContain('does not');
  });
});

describe('a commit that fails', () => {
  test('fails all that share it: nothing is there, nobody has news, and the next one works', () => {
    connection.exec('CREATE TABLE owners (name TEXT PRIMARY KEY NOT NULL)');
    connection.exec('CREATE TABLE owned (name TEXT REFERENCES owners (name) DEFERRABLE INITIALLY DEFERRED)');
    asking('requests.open', openInput(), opened);
    marking('a');
    marking('bad', () => connection.exec(`INSERT INTO owned VALUES ('nobody')`));
    marking('b');

    queue.commitNext();

    expect(codes()).toEqual(Array(4).fill('SQLITE_CONSTRAINT_FOREIGNKEY'));
    expect(marks()).toEqual([]);
    expect(beside.prepare('SELECT count(*) FROM requests').pluck().get()).toBe(0);
    marking('c');
    commitAll();
    expect(marks()).toEqual(['c']);
  });

  test('keeps what a writer had failed of before', () => {
    connection.exec('CREATE TABLE owned (name TEXT REFERENCES marks (name) DEFERRABLE INITIALLY DEFERRED)');
    marking('a', () => connection.exec(`INSERT INTO owned VALUES ('nobody')`));
    marking('bad', mutter);

    queue.commitNext();

    expect(fates.map((fate) => fate.kind === 'failed' && String(fate.error))).toEqual([
      expect.stringContaining('FOREIGN KEY'),
      'Error: a writer has trouble of its own',
    ]);
  });

  test('is not begun where another process holds the file: who waits is refused, and nobody is half there', () => {
    connection.pragma('busy_timeout = 0');
    const holder = new Database(database.where.file);
    holder.exec('BEGIN IMMEDIATE');
    marking('a');
    marking('b');

    commitAll();
    holder.exec('COMMIT');
    holder.close();

    expect(codes()).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY']);
    expect(marks()).toEqual([]);
    marking('c');
    commitAll();
    expect(marks()).toEqual(['c']);
  });
});
