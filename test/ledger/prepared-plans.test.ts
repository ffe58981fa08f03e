/**
 * What PostgreSQL plans once for all values, on tables that were empty when it did: such a plan stays while they grow, until
 * statistics come. So no statement of a request's life may walk a table that grows, whatever stands in it.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { migrateLedger } from '../../src/ledger/open.js';
import { anySession, connectionOptions } from '../../src/ledger/postgres/source.js';
import { createPostgresDatabase } from '../fixtures/databases/databases.js';
import { ledgerOverPool, openPool } from '../fixtures/databases/ledger-over-pool.js';
import {
  approval,
  delivery,
  expiring,
  opened,
  openInput,
  RPM,
  SITE,
  TALK,
  withdrawal,
} from '../contract/ledger/inputs.js';
import { leaseOf } from '../contract/ledger/sealing.js';
import { liveOnce } from './live-once.js';

const GROWING = ['requests', 'asked', 'deliveries', 'attempts', 'audit', 'grants', 'windows', 'replays', 'seals'];

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createPostgresDatabase();
  await migrateLedger(database.where);
  const options = '-c plan_cache_mode=force_generic_plan';
  pool = openPool({ ...connectionOptions(database.where.url), ...anySession, max: 1, options });
}, 60_000);

afterAll(async () => {
  await pool.end();
  await database.remove();
});

/** Of each prepared statement that walks a table which grows, or an index of one: its text, and what it walks. */
async function walking(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string; statement: string; count: number }>(
    'SELECT name, statement, cardinality(parameter_types) AS count FROM pg_prepared_statements',
  );
  const found: string[] = [];
  for (const { name, statement, count } of rows) {
    const values = Array.from({ length: count }, () => 'NULL').join(', ');
    const explain = `EXPLAIN (FORMAT JSON) EXECUTE ${name}${values === '' ? '' : `(${values})`}`;
    const plan = await pool.query<{ 'QUERY PLAN': readonly { readonly Plan?: PlanNode }[] }>(explain);
    for (const { Plan } of plan.rows[0]?.['QUERY PLAN'] ?? [])
      if (Plan !== undefined) found.push(...walks(Plan).map((what) => `${what}: ${statement}`)); // SAVEPOINT has none
  }
  return found;
}

/** The first or last entry of an index is no walk: a limit, and nothing that passes over entries. */
function walks(node: PlanNode, parent?: PlanNode): readonly string[] {
  const { 'Node Type': kind, 'Relation Name': table = '', Plans = [] } = node;
  const isFirstAlone = parent?.['Node Type'] === 'Limit' && kind.startsWith('Index') && node.Filter === undefined;
  const isLookUp = node['Index Cond'] !== undefined || kind === 'Bitmap Heap Scan' || isFirstAlone;
  const isWalk = kind.endsWith('Scan') && !isLookUp && GROWING.includes(table);
  return [...(isWalk ? [`${kind} on ${table}`] : []), ...Plans.flatMap((inner) => walks(inner, node))];
}

test('planned once, on empty tables, no statement of a request walks a table that grows', async () => {
  const ledger = ledgerOverPool(pool);
  const input = openInput();
  const audit = { ...opened, what: 'tested' };
  const sites = [SITE];
  await liveOnce(ledger, 2);
  await ledger.requests.open(input, opened);
  const more = { ...input, endpoint: '/e', approvers: [{ id: RPM, deliveries: [delivery()] }] } as const;
  await ledger.requests.openOrAdd(more, { opened, added: audit });
  await ledger.requests.decide({ ...approval(input), ref: { by: 'id', id: input.id } });
  await ledger.grants.extend({ requestId: input.id, ttlSeconds: 9_999, by: RPM, replayKey: 'k' }, audit);
  await ledger.grants.revoke({ sites, requestId: input.id, by: RPM, replayKey: null }, audit);
  await ledger.grants.grant({ site: SITE, address: input.address, ttlSeconds: 9, by: RPM, replayKey: null }, audit);
  await ledger.requests.withdraw(withdrawal({ tokenHash: input.tokenHash, producer: 'gate' }));
  await ledger.requests.expireDue(expiring(10));
  await ledger.requests.msUntilNextDeadline();
  await ledger.requests.byId(input.id);
  await ledger.requests.byTokenHash(input.tokenHash);
  await ledger.requests.byStatusId(input.statusId);
  await ledger.requests.latestOf(SITE, input.address);
  await ledger.requests.approversOf(input.id);
  await ledger.deliveries.msUntilDue(TALK);
  await ledger.deliveries.ofRequest(input.id);
  await ledger.grants.find(SITE, input.address);
  await ledger.audit.isSealDue();
  await ledger.audit.seal({ lease: await leaseOf(ledger), limit: 20 });

  expect(await walking()).toEqual([]);
});

test('that comparison can fail: a walk is seen, of a table and of an index', async () => {
  await pool.query({ name: 'walk', text: 'SELECT * FROM requests WHERE browser = $1', values: ['b'] });
  await pool.query({ name: 'index', text: 'SELECT id FROM requests ORDER BY id', values: [] });

  expect(await walking()).toHaveLength(2);
});
