/** What becomes of PostgreSQL's connections: those that lead nowhere, and those whose process is gone. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openLedger } from '../../src/ledger/open.js';
import { connectionOptions, sessionOfPrimary } from '../../src/ledger/postgres/source.js';
import { opened, openInput } from '../contract/ledger/inputs.js';
import { startDatabaseWire } from '../fixtures/network/tcp-proxy.js';
import { createPostgresDatabase } from '../fixtures/databases/databases.js';
import { openPool } from '../fixtures/databases/ledger-over-pool.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;

beforeEach(async () => {
  database = await createPostgresDatabase();
});

afterEach(() => database.remove());

test('the server misses a process whose machine vanished within half a minute, whatever its own settings say', async () => {
  const pool = openPool({ ...connectionOptions(database.where.url), ...sessionOfPrimary });
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp\\_%'`,
  );
  const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
  await pool.end();

  const {
    tcp_keepalives_idle: idle = 0,
    tcp_keepalives_interval: interval = 0,
    tcp_keepalives_count: count = 0,
    tcp_user_timeout: givesUpMs = 0,
  } = settings;
  for (const waitSeconds of [idle + interval * count, givesUpMs / 1_000]) {
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(30);
  }
});

test('of connections that lead nowhere without a word the first that is used is waited for, and no other', async () => {
  const wire = await startDatabaseWire(database.where.url);
  const behind = await openLedger({ kind: 'postgres', url: wire.url }, { log: keptLog() });
  await Promise.all(Array.from({ length: 8 }, () => behind.requests.open(openInput(), opened)));
  wire.strand();
  await expect(behind.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });
  const startedMs = performance.now();

  for (let times = 0; times < 8; times += 1) await behind.ping();

  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await behind.close();
  await wire.close();
}, 30_000);
