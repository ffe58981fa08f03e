/** Prepared statements on PostgreSQL: what the server keeps, and what happens where it keeps it no more. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Ledger } from '../../src/contract/ledger.js';
import { migrateLedger } from '../../src/ledger/open.js';
import { createNaming } from '../../src/ledger/postgres/naming.js';
import { connectionOptions } from '../../src/ledger/postgres/source.js';
import { approval, liveGrants, opened, openInput } from '../contract/ledger/inputs.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { ledgerOverPool, openPool } from '../fixtures/databases/ledger-over-pool.js';
import { liveOnce } from './live-once.js';

const CONNECTIONS = 5;

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let pool: pg.Pool;

beforeEach(async () => {
  database = await createPostgresDatabase();
  await migrateLedger(database.where);
});

afterEach(async () => {
  await pool.end();
  await database.remove();
});

function ledgerOn(connections: number, onNameless?: () => void): Ledger {
  pool = openPool({ ...connectionOptions(database.where.url), max: connections });
  return ledgerOverPool(pool, onNameless);
}

async function prepared(): Promise<readonly { readonly name: string; readonly calls: number }[]> {
  const { rows } = await pool.query<{ name: string; calls: number }>(
    'SELECT name, generic_plans + custom_plans AS calls FROM pg_prepared_statements ORDER BY name',
  );
  return rows;
}

test('one text a step is kept by the server, however many cards, claims and closings a call has', async () => {
  const ledger = ledgerOn(1);
  await liveOnce(ledger, 1);
  const afterOne = await prepared();

  for (const cards of [2, 3, 5, 8]) await liveOnce(ledger, cards);

  const afterMany = await prepared();
  expect(afterMany.map(({ name }) => name)).toEqual(afterOne.map(({ name }) => name));
  expect(afterOne.length).toBeGreaterThan(10);
  expect(afterMany.every(({ calls }) => calls >= 5)).toBe(true);
});

test('a table that a newer version changed under prepared statements is read by whoever was asked meanwhile', async () => {
  const ledger = ledgerOn(CONNECTIONS);
  const input = openInput();
  await ledger.requests.open(input, opened);
  const all = (): Promise<unknown[]> =>
    Promise.all(Array.from({ length: CONNECTIONS * 2 }, () => ledger.requests.byId(input.id)));
  await all();
  await onPostgres(database.where.url, (client) => client.query('ALTER TABLE requests ADD mood text'));

  const read = await all();

  expect(read).toEqual(read.map(() => expect.objectContaining({ id: input.id })));
});

test('a decision under way over such a change is made once, with all that follows', async () => {
  const ledger = ledgerOn(1);
  await liveOnce(ledger, 1);
  const input = openInput();
  await ledger.requests.open(input, opened);
  await onPostgres(database.where.url, async (client) => {
    for (const table of ['requests', 'grants', 'deliveries', 'audit', 'slots'])
      await client.query(`ALTER TABLE ${table} ADD mood text`);
  });

  const tap = approval(input);
  const decided = await ledger.requests.decide(tap);
  const again = await ledger.requests.decide(tap);

  expect(decided).toMatchObject({ kind: 'decided', isRedelivered: false });
  expect(again).toMatchObject({ kind: 'decided', isRedelivered: true });
  expect((await liveGrants(ledger)).filter(({ requestId }) => requestId === input.id)).toHaveLength(1);
});

test('where names do not last, as behind a pooler that changes connections, everything is answered without them, and that is said once', async () => {
  let said = 0;
  const ledger = ledgerOn(1, () => (said += 1));
  await liveOnce(ledger, 1);
  pool.on('acquire', (client) => void client.query('DEALLOCATE ALL'));

  await liveOnce(ledger, 2);

  expect(await prepared()).toEqual([]);
  expect(said).toBe(1);
});

test('a name that somebody else prepared on a shared connection is no obstacle', async () => {
  const ledger = ledgerOn(1);
  const text = 'SELECT * FROM pauses ORDER BY carrier';
  const name = createNaming().nameOf({ text, parameters: [], isFixed: true }) ?? '';
  await pool.query(`PREPARE ${name} AS SELECT 1`);

  expect(await ledger.deliveries.pauses()).toEqual([]);
});
