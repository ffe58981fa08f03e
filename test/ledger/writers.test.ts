/** The writers' queue on SQLite: what those that share a commit promise each other, whatever happens to one of them. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSqliteRunner, type RunVerb } from '../../src/ledger/sqlite/run.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { createWritersQueue, MAX_TOGETHER, type Fate, type WritersQueue } from '../../src/ledger/sqlite/writers.js';
import type { VerbName } from '../../src/ledger/verbs.js';
import { approval, opened, openWish } from '../contract/ledger/wishes.js';
import { createSqliteFile } from '../setup/databases.js';
import { commitsIn, logFrames } from './log-frames.js';

/** So that how quick the machine is decides nothing. */
const STILL = { monotonicMs: () => 0 };

let database: ReturnType<typeof createSqliteFile>;
let opening: SqliteSource;
let connection: Database.Database;
/** Another connection, as a reader has it: it sees what is committed. */
let beside: Database.Database;
let run: RunVerb;
let queue: WritersQueue;
let fates: (Fate & { readonly name: string })[];

beforeEach(async () => {
  database = createSqliteFile();
  opening = await openSqliteSource(database.where.file);
  ({ connection } = opening);
  await opening.source.runMigrations();
  connection.exec('CREATE TABLE marks (name TEXT PRIMARY KEY NOT NULL, text TEXT)');
  connection.pragma('wal_checkpoint(TRUNCATE)');
  beside = new Database(database.where.file, { readonly: true });
  run = createSqliteRunner(connection);
  queue = createWritersQueue(connection, STILL);
  fates = [];
});

afterEach(async () => {
  beside.close();
  if (opening.source.isInitialized) await opening.source.destroy();
  await database.remove();
});

function asking(verb: VerbName, ...wish: readonly unknown[]): void {
  queue.add({ run: () => run(verb, wish), end: (fate) => void fates.push({ ...fate, name: verb }) });
}

/** A writer that leaves a mark, and may have trouble afterwards. */
function marking(name: string, trouble: () => void = () => undefined, text = ''): void {
  queue.add({
    run() {
      connection.prepare('INSERT INTO marks (name, text) VALUES (?, ?)').run(name, text);
      trouble();
      return { answer: name, changes: [] };
    },
    end: (fate) => void fates.push({ ...fate, name }),
  });
}

function commitAll(): void {
  while (queue.length() > 0) queue.commitNext();
}

function marks(): readonly unknown[] {
  return beside.prepare('SELECT name FROM marks ORDER BY rowid').pluck().all();
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

describe('those that wait', () => {
  test('share one commit, are answered in their order, and no answer comes before it is for everybody to see', () => {
    const seen: unknown[] = [];
    for (const name of ['a', 'b', 'c']) {
      queue.add({
        run: () => {
          connection.prepare('INSERT INTO marks (name) VALUES (?)').run(name);
          seen.push(marks());
          return { answer: name, changes: [] };
        },
        end: (fate) => void seen.push([fate.kind === 'committed' && fate.ran.answer, marks()]),
      });
    }

    queue.commitNext();

    const all = ['a', 'b', 'c'];
    expect(seen).toEqual([[], [], [], ['a', all], ['b', all], ['c', all]]);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('see what those before them wrote: of two decisions that share a commit, the second learns who was first', () => {
    const wish = openWish();
    asking('requests.open', wish, opened);
    asking('requests.decide', approval(wish));
    asking('requests.decide', approval(wish, { outcome: 'denied' }));

    queue.commitNext();

    const answers = fates.map((fate) => (fate.kind === 'committed' ? fate.ran.answer : null));
    expect(answers).toMatchObject([
      { kind: 'opened' },
      { kind: 'decided' },
      { kind: 'already', decision: { outcome: 'approved' } },
    ]);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('keep their news to themselves until then: each tells its own, in its order', () => {
    const wishes = [openWish(), openWish()];
    for (const wish of wishes) asking('requests.open', wish, opened);

    queue.commitNext();

    const told = fates.map((fate) => (fate.kind === 'committed' ? fate.ran.changes : []));
    expect(told.map(([first]) => first)).toMatchObject(wishes.map(({ id }) => ({ kind: 'request', id })));
  });

  test('are committed by the first "no", and the others with the next commit', () => {
    for (const name of ['a', 'b', 'c']) marking(name);
    let welcome = 1;

    queue.commitNext(() => welcome-- > 0);

    expect(marks()).toEqual(['a', 'b']);
    queue.commitNext();
    expect(marks()).toEqual(['a', 'b', 'c']);
  });

  test('take those with them that come meanwhile', () => {
    marking('a');
    let isFirst = true;

    queue.commitNext(() => {
      if (isFirst) marking('late');
      isFirst = false;
      return true;
    });

    expect(marks()).toEqual(['a', 'late']);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('are never more than the bound', () => {
    for (let index = 0; index <= MAX_TOGETHER; index += 1) marking(`m${String(index)}`);

    queue.commitNext();

    expect(marks()).toHaveLength(MAX_TOGETHER);
    expect(queue.length()).toBe(1);
  });

  test('are committed when the first of them has waited for long enough', () => {
    let ms = 0;
    queue = createWritersQueue(connection, { monotonicMs: () => (ms += 2) });
    for (const name of ['a', 'b', 'c', 'd', 'e']) marking(name);

    queue.commitNext();

    expect(marks()).toEqual(['a', 'b', 'c']);
  });
});

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
    const [one, other] = [openWish(), openWish()];
    asking('requests.open', one, opened);
    asking('requests.open', openWish({ browser: null as unknown as string }), opened);
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
    asking('requests.open', openWish(), opened);
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
