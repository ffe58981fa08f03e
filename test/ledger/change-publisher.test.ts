/** How what was committed is told: together, in order, in notes that PostgreSQL takes. */
import { expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Change } from '../../src/contract/ledger.js';
import { createChangePublisher, type ChangePublisher } from '../../src/ledger/postgres/change-publisher.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const MAX_PAYLOAD_BYTES = 8_000;

interface Call {
  readonly notes: readonly string[];
  readonly end: (how?: 'fail') => void;
}

/** A change publisher whose calls end when the test says so. */
function fixture(): { readonly calls: Call[]; readonly publisher: ChangePublisher } {
  const calls: Call[] = [];
  const ask = ({ values = [] }: pg.QueryConfig): Promise<unknown> =>
    new Promise<void>((resolve, reject) => {
      const end: Call['end'] = (how) => {
        if (how === 'fail') reject(new Error('the connection is gone'));
        else resolve();
      };
      calls.push({ notes: values[1] as readonly string[], end });
    });
  return { calls, publisher: createChangePublisher(ask, keptLog()) };
}

/** As released versions write and read it. */
function noteOf(transport: string): string {
  return JSON.stringify({ kind: 'due', carriers: [transport] });
}

function due(transport: string): Change {
  return { kind: 'due', transports: [transport] };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is committed while a call is under way is told together by the next one', async () => {
  const { calls, publisher } = fixture();
  publisher.tell([due('a')]);
  publisher.tell([due('b'), due('c')]);
  publisher.tell([due('d')]);
  const before = calls.map(({ notes }) => notes);

  calls[0]?.end();
  await turn();
  calls[1]?.end();
  await publisher.idle();

  expect(before).toEqual([[noteOf('a')]]);
  expect(calls[1]?.notes).toEqual(['b', 'c', 'd'].map(noteOf));
  expect(calls).toHaveLength(2);
});

test('a call that fails keeps nobody from being told what comes after it', async () => {
  const { calls, publisher } = fixture();
  publisher.tell([due('a')]);
  calls[0]?.end('fail');
  await publisher.idle();

  publisher.tell([due('b')]);
  calls[1]?.end();
  await publisher.idle();

  expect(calls[1]?.notes).toEqual([noteOf('b')]);
});

test('nothing to tell is no call', async () => {
  const { calls, publisher } = fixture();

  publisher.tell([]);
  await publisher.idle();

  expect(calls).toEqual([]);
});

test('a revocation of very many grants comes in notes that PostgreSQL takes, every number in one of them', async () => {
  const grantIds = Array.from({ length: 200_001 }, (_, n) => 2_000_000_000 + n);
  const { calls, publisher } = fixture();

  publisher.tell([{ kind: 'revoked', grantIds }]);
  for (const call of calls) {
    call.end(); // and the next one follows, which this loop comes to
    await turn();
  }
  await publisher.idle();

  const notes = calls.flatMap((call) => call.notes);
  expect(notes.every((note) => Buffer.byteLength(note) < MAX_PAYLOAD_BYTES)).toBe(true);
  expect(notes.flatMap((note) => (JSON.parse(note) as { grantIds: number[] }).grantIds)).toEqual(grantIds);
  expect(calls.length).toBeGreaterThan(1);
});
