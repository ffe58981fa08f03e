/**
 * What maintenance, and reading the grants, costs PostgreSQL as history grows: no statement of it walks a table that grows. SQLite's plans are in
 * sqlite.test.ts. Statistics are those of a table that has just been filled, and those of one that was empty then.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Ledger, Looked, Sweep } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { createPostgresRunner, type RunVerb } from '../../src/ledger/postgres/run.js';
import { connectionOptions } from '../../src/ledger/postgres/source.js';
import type { VerbName } from '../../src/ledger/verbs/verb.js';
import { leaseOf } from '../contract/ledger/sealing.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { openPool } from '../fixtures/databases/ledger-over-pool.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const ROWS = 20_000;
const GROWING = /Seq Scan on (requests|asked|deliveries|attempts|audit|seals)\b/;
const AGED = `1700000000000 + n`;

interface Asked {
  readonly text: string;
  readonly values: unknown[];
}

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let ledger: Ledger;
let pool: pg.Pool;
let runVerb: RunVerb;
let asked: Asked[];

beforeAll(async () => {
  database = await createPostgresDatabase();
  ledger = await openLedger(database.where, { log: keptLog() });
  await onPostgres(database.where.url, async (client) => {
    for (const statement of HISTORY) await client.query(statement);
  });
  asked = [];
  pool = openPool({ ...connectionOptions(database.where.url), max: 1 });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (query: Asked | string) => Promise<pg.QueryResult>;
    const noted = (one: Asked | string) => {
      if (typeof one !== 'string') asked.push(one); // BEGIN and COMMIT have no plan
      return query(one);
    };
    Object.assign(client, { query: noted });
  });
  runVerb = createPostgresRunner(pool);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await ledger.close();
  await database.remove();
});

/** Past requests with two cards each and their attempts, and entries of the trail with an address. */
const HISTORY: readonly string[] = [
  `INSERT INTO requests (
     id, status_id, token_hash, token_prefix, producer, site, host, environment, path, address, user_agent, browser,
     opened_at, deadline_at, grant_ttl_seconds, revision, outcome, decided_by, decided_over, decided_at, first_open,
     first_sent, is_all_failed_told)
   SELECT md5(n::text), 's' || n, 'h' || n, 'abc', 'gate', 'x', 'x', 'stg', '/', '203.0.113.1', 'ua', 'b', ${AGED}, ${AGED},
     3600, 2, 'denied', 'a', 'talk', ${AGED}, 0, 1, 0 FROM generate_series(1, ${String(ROWS)}) s(n)`,
  `INSERT INTO asked SELECT id, 'a', '' FROM requests`,
  `INSERT INTO deliveries (
     id, request_id, channel, carrier, kind, recipient, recipient_key, state, give_up_at, wanted_revision, drawn_revision,
     attempts, is_maybe_duplicate, is_first_ended, created_at)
   SELECT id || k, id, 'talk', 'talk', 'card', '{}', k, 'sent', 1, 2, 2, 0, 0, 1, opened_at
   FROM requests, (VALUES ('k1'), ('k2')) keys(k)`,
  `INSERT INTO attempts (delivery_id, task, attempt, started_at, ended_at, outcome)
   SELECT id, 'notify', 1, 1700000000000, 1700000000001, 'sent' FROM deliveries`,
  `INSERT INTO audit (at, who, what, surface, address, detail)
   SELECT ${AGED}, 'visitor', 'opened', 'gate', '203.0.113.1', '{}' FROM generate_series(1, ${String(ROWS)}) s(n)`,
  `ANALYZE`,
  `INSERT INTO seals (number, audit_id, commitment, seal, who_salt, address_salt, detail_salt, names_visitor)
   SELECT id, id, 'c', 's', 'w', 'a', 'd', 1 FROM audit WHERE id <= ${String(ROWS / 2)}`,
  `UPDATE audit SET number = id WHERE id <= ${String(ROWS / 2)}`,
  `INSERT INTO grants (site, address, until, granted_at, granted_by)
   SELECT 'x', 'a' || n, 99990000000000 + n, 0, 'b' FROM generate_series(1, ${String(ROWS)}) s(n)`,
  `INSERT INTO audit_head (id, number, seal) VALUES (1, ${String(ROWS / 2)}, 's')`,
];

async function run(name: VerbName, ...input: readonly unknown[]): Promise<unknown> {
  return (await runVerb(name, input)).answer;
}

/** The plans of all that was asked since the last time. */
async function plans(): Promise<readonly string[]> {
  const statements = asked.splice(0);
  expect(statements.length).toBeGreaterThan(0);
  return onPostgres(database.where.url, async (client) => {
    const found: string[] = [];
    for (const { text, values } of statements) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      found.push(`${text}\n${rows.map((row) => row['QUERY PLAN']).join('\n')}`);
    }
    return found;
  });
}

const WALKING: readonly Sweep[] = ['audit_addresses', 'audit_people', 'request_addresses', 'attempts', 'requests'];

test.each(WALKING)('a batch of %s looks up what it touches, however much there is', async (what) => {
  const swept = await run('retention.sweep', { what, olderThanMs: 0, limit: 20, after: null });

  expect((await plans()).filter((plan) => GROWING.test(plan))).toEqual([]);
  expect(swept).toMatchObject({ next: expect.anything() });
});

test.each([{}, { channel: 'none' }, { site: 'none' }, { recipient: 'none' }, { state: 'failed' }, { state: 'queued' }])(
  'operators look through the queue by an index, however much there is: %j',
  async (filter) => {
    const input = { filter, limit: 10, lookAt: 100 };
    const { next } = (await run('queue.look', { ...input, after: null })) as Looked<unknown>;
    await run('queue.look', { ...input, after: next ?? [1_700_000_010_000, 'x'] });
    await run('queue.removable', { ...input, after: null });

    expect((await plans()).filter((plan) => GROWING.test(plan))).toEqual([]);
  },
);

test('which deliveries are past is looked up, however much there is', async () => {
  const known = await onPostgres(database.where.url, (client) =>
    client.query<{ id: string }>('SELECT id FROM deliveries ORDER BY id LIMIT 50'),
  );
  const deliveries = known.rows.map(({ id }) => id);
  expect(await run('retention.past', { deliveries, olderThanMs: 0 })).toEqual(deliveries);

  expect((await plans()).filter((plan) => GROWING.test(plan))).toEqual([]);
});

test('messages past their end are looked up, however many deliveries there are', async () => {
  expect(await run('deliveries.giveUp', 20)).toEqual([]);

  expect((await plans()).filter((plan) => GROWING.test(plan))).toEqual([]);
});

test('a batch of seals, and the question whether one is due, cost the same however many there are', async () => {
  expect(await run('audit.isSealDue')).toBe(true);
  const sealed = await run('audit.seal', { lease: await leaseOf(ledger), limit: 20 });

  const found = await plans();
  expect(sealed).toMatchObject({ kind: 'sealed', count: 20 });
  expect(found.filter((plan) => GROWING.test(plan))).toEqual([]);
  expect(found.filter((plan) => /Merge Anti Join|Hash Anti Join/.test(plan))).toEqual([]);
});

test('a page of the grants that live is one run over neighbours, and not all that live, page after page', async () => {
  const page = await run('grants.livePage', 100, 50);

  const found = await plans();
  expect(page).toMatchObject({ groups: [{ ids: { length: 50 } }], next: 150 });
  expect(found.filter((plan) => /Seq Scan on grants\b|grants_live/.test(plan))).toEqual([]);
});

test('that comparison can fail: a walk is seen', async () => {
  await run('ping');
  asked.push({ text: `SELECT * FROM requests WHERE browser = $1`, values: ['b'] });

  expect((await plans()).filter((plan) => GROWING.test(plan))).toHaveLength(1);
});
