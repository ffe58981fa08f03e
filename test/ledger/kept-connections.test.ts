/** A crowd that waits for a lock, and those who have nothing to do with it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { createSemaphore } from '../../src/ledger/postgres/semaphore.js';
import { opened, openInput } from '../contract/ledger/inputs.js';
import { eventually } from '../fixtures/time/eventually.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

/** More than a process has connections. */
const CROWD = 40;
/** What a visitor waits for at most before the memory has to do. */
const SOON_MS = 2_000;

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let ledger: Ledger;

beforeEach(async () => {
  database = await createPostgresDatabase();
  ledger = await openLedger(database.where, { log: keptLog() });
});

afterEach(async () => {
  await ledger.close();
  await database.remove();
});

test('while a table is locked and many wait for it, the grants are read and confirmed as ever', async () => {
  const crowd = await onPostgres(database.where.url, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE deliveries');
    const waiting = Array.from({ length: CROWD }, () =>
      ledger.requests.open(openInput(), opened).catch(() => 'refused'),
    );
    const isFull = async (): Promise<boolean> =>
      (await client.query('SELECT 1 FROM pg_locks WHERE NOT granted')).rows.length >= 10;
    await eventually('nothing is left for the crowd', isFull);
    const startedMs = performance.now();

    await ledger.ping();
    await ledger.grants.livePage(0, 10);
    await ledger.grants.find('stg.example.org' as SiteKey, '203.0.113.7' as VisitorAddress);

    expect(performance.now() - startedMs).toBeLessThan(SOON_MS);
    return waiting;
  });
  // the lock is gone: whoever waits for a place gets one, in turn
  await Promise.all(crowd);
  await ledger.requests.open(openInput(), opened);
}, 30_000);

test('places are given in the order in which they were asked for, and one that is waited for too long is given to nobody', async () => {
  const semaphore = createSemaphore({ places: 1, patienceMs: 50 });
  const order: string[] = [];
  const enter = (name: string): Promise<void> => semaphore.enter().then(() => void order.push(name));
  await enter('first');
  const late = enter('too late');
  await expect(late).rejects.toThrow('every place is taken');
  const second = enter('second');
  const third = enter('third');

  semaphore.leave();
  await second;
  semaphore.leave();
  await third;
  semaphore.leave();
  await enter('fourth');

  expect(order).toEqual(['first', 'second', 'third', 'fourth']);
});
