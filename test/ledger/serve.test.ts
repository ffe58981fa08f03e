/** In which order the SQLite worker answers, and what it says together. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { serve } from '../../src/ledger/sqlite/serve.js';
import type { FromWorker, Told, ToWorker } from '../../src/ledger/sqlite/wire.js';
import type { VerbName } from '../../src/ledger/verbs/verb.js';
import { opened, openInput } from '../contract/ledger/inputs.js';
import { createSqliteFile } from '../fixtures/databases/databases.js';

/** Three looks until nothing waits any more, then one after each writer. */
const LOOK_AFTER_THE_SECOND = 5;

let database: ReturnType<typeof createSqliteFile>;
let opening: SqliteSource;
/** What waits in the port, and what was posted: a list each time. */
let arrived: ToWorker[];
let posted: (readonly string[])[];
let answers: Map<number, unknown>;
let lastId: number;

beforeEach(async () => {
  database = createSqliteFile();
  opening = await openSqliteSource(database.where.file);
  await opening.source.runMigrations();
  arrived = [];
  posted = [];
  answers = new Map();
  lastId = 0;
});

afterEach(async () => {
  await opening.source.destroy();
  await database.remove();
});

function ask(name: VerbName, ...input: readonly unknown[]): number {
  arrived.push({ kind: 'ask', id: ++lastId, name, input });
  return lastId;
}

/** `meanwhile` is called with each look into the port. */
function answerAll(meanwhile: () => void = () => undefined): void {
  const answer = serve(opening.connection, {
    next() {
      meanwhile();
      return arrived.shift();
    },
    tell: (told) => void posted.push(note(told)),
    close: () => void posted.push(['closed']),
    idle: () => void posted.push(['idle']),
    files: { demand: () => undefined, demandForReads: () => undefined },
    clock: { monotonicMs: () => 0 },
  });
  const first = arrived.shift();
  if (first !== undefined) answer(first);
}

function note(told: FromWorker): readonly string[] {
  return told.map((one) => {
    if (one.kind === 'answered') answers.set(one.id, one.answer);
    return wordFor(one);
  });
}

function wordFor(told: Told): string {
  if (told.kind === 'changed') return told.change.kind;
  return 'id' in told ? `${told.kind} ${String(told.id)}` : told.kind;
}

test('who reads is answered at once, before the writers that wait with it, and sees nothing of them', () => {
  const input = openInput();
  ask('requests.open', input, opened);
  const reading = ask('requests.byId', input.id);

  answerAll();

  expect(posted).toEqual([['answered 2'], ['request', 'due', 'answered 1'], ['idle']]);
  expect(answers.get(reading)).toBeNull();
});

test('writers that wait together are told of together, each with its news before its answer', () => {
  ask('requests.open', openInput(), opened);
  ask('requests.open', openInput({ browser: null as unknown as string }), opened);
  ask('requests.open', openInput(), opened);

  answerAll();

  expect(posted).toEqual([['request', 'due', 'answered 1', 'failed 2', 'request', 'due', 'answered 3'], ['idle']]);
});

test('who comes to read while writers run waits for the one commit alone, and then sees what it committed', () => {
  const inputs = [openInput(), openInput(), openInput()];
  for (const input of inputs) ask('requests.open', input, opened);
  let looks = 0;

  answerAll(() => {
    looks += 1;
    if (looks === LOOK_AFTER_THE_SECOND) ask('requests.byId', inputs[0]?.id);
  });

  expect(posted.map((words) => words.filter((word) => /^(answered|idle)/.test(word)))).toEqual([
    ['answered 1', 'answered 2'],
    ['answered 4'],
    ['answered 3'],
    ['idle'],
  ]);
  expect(answers.get(4)).toMatchObject({ id: inputs[0]?.id });
});

test('a reader that fails fails alone', () => {
  ask('requests.byPrefix', null, 1);
  ask('ping');

  answerAll();

  expect(posted).toEqual([['failed 1', 'answered 2'], ['idle']]);
});

test('what was asked before the closing is answered before it closes', () => {
  ask('requests.open', openInput(), opened);
  arrived.push({ kind: 'close' });

  answerAll();

  expect(posted).toEqual([['request', 'due', 'answered 1'], ['closed']]);
});
