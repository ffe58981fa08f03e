/** Operators look through the queue on SQLite in the order in which its rows are stored: without an index of it, and without sorting. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DeliveryFilter } from '../../src/contract/ledger.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { createFile, file } from '../fixtures/databases/sqlite-file.js';
import { oneByOne } from './one-by-one.js';

createFile();

let opening: SqliteSource;

beforeEach(async () => {
  opening = await openSqliteSource(file);
  await opening.source.runMigrations();
});

afterEach(() => opening.source.destroy());

/** The plans of what a look asks of `deliveries`, a line a step. */
function plansOf(filter: DeliveryFilter, after: readonly [number, string] | null): readonly string[] {
  const texts = new Set<string>();
  const prepare = opening.connection.prepare.bind(opening.connection);
  opening.connection.prepare = (text: string) => {
    texts.add(text);
    return prepare(text);
  };
  oneByOne(opening.connection)('queue.look', [{ filter, after, limit: 10, lookAt: 100 }]);
  opening.connection.prepare = prepare;
  return [...texts].flatMap((text) => {
    const values = Array<null>(text.split('?').length - 1).fill(null);
    const steps = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as readonly { readonly detail: string }[];
    return steps.map(({ detail }) => detail);
  });
}

test.each([{}, { channel: 'none' }, { site: 'none' }, { recipient: 'none' }, { state: 'sent' }] as const)(
  'a page of %j is read from where the one before ended, and nothing is sorted',
  (filter) => {
    const plans = plansOf(filter, [1_000, 'x']);

    expect(plans).toContainEqual(expect.stringMatching(/^SEARCH deliveries USING INTEGER PRIMARY KEY \(rowid[<>]/));
    expect(plans.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  },
);

test('what has failed, and what is due, is found by its index', () => {
  expect(plansOf({ state: 'failed' }, null)).toContainEqual(expect.stringContaining('INDEX deliveries_failed'));
  expect(plansOf({ state: 'queued' }, null)).toContainEqual(expect.stringContaining('INDEX deliveries_due'));
});
