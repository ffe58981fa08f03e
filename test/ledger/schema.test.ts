/** The migrations and the entities are two descriptions of one schema: they may not differ on either database. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migrateLedger, pendingMigrations } from '../../src/ledger/open.js';
import { openPostgresSource } from '../../src/ledger/postgres/source.js';
import { openSqliteSource } from '../../src/ledger/sqlite/source.js';
import {
  createDatabase,
  databaseKinds,
  type DatabasePlace,
  type TestDatabase,
} from '../fixtures/databases/databases.js';

const made: TestDatabase[] = [];

afterEach(async () => {
  for (const database of made.splice(0)) await database.remove();
});

describe.each(databaseKinds)('on %s', (kind) => {
  test('the migrated schema is what the entities say: the schema builder has nothing to do', async () => {
    const { where } = await newDatabase(kind);
    await migrateLedger(where);

    const missing = await withSource(where, (source) => source.driver.createSchemaBuilder().log());

    expect(missing.upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('that comparison can fail: a column too many is seen', async () => {
    const { where } = await newDatabase(kind);
    await migrateLedger(where);

    const missing = await withSource(where, async (source) => {
      await source.query('ALTER TABLE grants ADD COLUMN stray text');
      return source.driver.createSchemaBuilder().log();
    });

    expect(missing.upQueries.length).toBeGreaterThan(0);
  });

  test('pending migrations are named, run once, and are pending no more', async () => {
    const { where } = await newDatabase(kind);

    const before = await pendingMigrations(where);
    const run = await migrateLedger(where);

    expect(before.length).toBeGreaterThan(0);
    expect(run).toEqual(before);
    expect(await pendingMigrations(where)).toEqual([]);
    expect(await migrateLedger(where)).toEqual([]);
  });
});

test('three processes that start together migrate PostgreSQL once', async () => {
  const { where } = await newDatabase('postgres');

  const runs = await Promise.all([migrateLedger(where), migrateLedger(where), migrateLedger(where)]);

  expect(runs.filter((names) => names.length > 0)).toHaveLength(1);
});

async function newDatabase(kind: DatabasePlace['kind']): Promise<TestDatabase> {
  const database = await createDatabase(kind);
  made.push(database);
  return database;
}

async function withSource<T>(where: DatabasePlace, work: (source: DataSource) => Promise<T>): Promise<T> {
  const { source } =
    where.kind === 'sqlite'
      ? await openSqliteSource(where.file)
      : await openPostgresSource(where.url, { onIdleError: () => undefined });
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
