/** Sealing where transactions overlap: what is committed late, and writers that read the same and write one after another. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Ledger } from '../../src/contract/ledger.js';
import { verifyTrail } from '../../src/ledger/verbs/audit/verify.js';
import { openLedger } from '../../src/ledger/open.js';
import { entryBy, leaseOf, sealAll } from '../contract/ledger/sealing.js';
import { eventually } from '../fixtures/time/eventually.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let ledger: Ledger;
let other: pg.Client;

beforeEach(async () => {
  database = await createPostgresDatabase();
  ledger = await openLedger(database.where, { log: keptLog() });
  other = new pg.Client({ connectionString: database.where.url.revealText() });
  other.on('error', () => undefined);
  await other.connect();
});

afterEach(async () => {
  await other.end();
  await ledger.close();
  await database.remove();
});

const ADDED = `
  INSERT INTO audit (at, who, what, surface, detail) VALUES (1, 'slow', 'opened', 'gate', '{}') RETURNING id`;

test('an entry whose transaction is still open leaves no hole: it is numbered when it is there', async () => {
  await other.query('BEGIN');
  const { rows } = await other.query<{ id: number }>(ADDED);
  await ledger.audit.add(entryBy('quick'), null);
  await sealAll(ledger);
  await other.query('COMMIT');

  await sealAll(ledger);

  const sealed = await ledger.audit.sealed({ after: 0, limit: 10 });
  expect(sealed.map(({ number, entry }) => [number, entry?.who])).toEqual([
    [1, 'quick'],
    [2, 'slow'],
  ]);
  expect(sealed[1]?.id).toBe(rows[0]?.id);
  expect(sealed[0]?.id).toBeGreaterThan(sealed[1]?.id ?? Infinity);
  expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
});

test('of writers that were stopped between reading and writing one goes on, and the others write nothing', async () => {
  for (let n = 0; n < 5; n += 1) await ledger.audit.add(entryBy(String(n)), null);
  const first = await leaseOf(ledger);
  await ledger.audit.seal({ lease: first, limit: 1 });
  const leases = [first, await leaseOf(ledger), await leaseOf(ledger)];
  await other.query('BEGIN');
  await other.query('SELECT * FROM audit_head FOR UPDATE');

  const sealing = leases.map((lease, sealer) => ledger.audit.seal({ lease, limit: sealer + 1 }));
  await eventually('all of them have read and wait to write', async () => (await waiting()) === leases.length);
  await other.query('COMMIT');
  const outcomes = await Promise.all(sealing);

  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['overtaken', 'overtaken', 'sealed']);
  await sealAll(ledger);
  expect(await verifyTrail(ledger.audit)).toMatchObject({ sealed: 5, problemCount: 0 });
});

test('a writer that wakes up after its lease writes nothing, even where nobody sealed meanwhile', async () => {
  await ledger.audit.add(entryBy('one'), null);
  await sealAll(ledger);
  await ledger.audit.add(entryBy('two'), null);
  const lease = await leaseOf(ledger);
  await other.query('BEGIN');
  await other.query('UPDATE leases SET until = 0 WHERE name = $1', [lease.name]);
  await other.query('COMMIT');

  expect(await ledger.audit.seal({ lease, limit: 10 })).toEqual({ kind: 'overtaken' });

  expect(await ledger.audit.head()).toMatchObject({ number: 1 });
});

async function waiting(): Promise<number> {
  return onPostgres(database.where.url, async (client) => {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length;
  });
}
