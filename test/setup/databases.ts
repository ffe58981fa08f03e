/** A database of its own for every suite: a SQLite file in a new folder, or a new database in the run's PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Secret } from '../../src/base/secret.js';

/** What `openLedger` takes. */
export type DatabasePlace =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: Secret };

export interface TestDatabase {
  readonly where: DatabasePlace;
  /** Removes it, with everything that is still connected. */
  remove(): Promise<void>;
}

export type DatabaseKind = DatabasePlace['kind'];

/** For `describe.each`: every promise of the ledger holds on both. */
export const databaseKinds = ['sqlite', 'postgres'] as const satisfies readonly DatabaseKind[];

export function createDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  return kind === 'sqlite' ? Promise.resolve(createSqliteFile()) : createPostgresDatabase();
}

/** A path in a new folder; the file itself is made by whoever opens it. */
export function createSqliteFile(): TestDatabase & {
  readonly where: { readonly kind: 'sqlite'; readonly file: string };
} {
  const folder = mkdtempSync(join(tmpdir(), 'gate-sqlite-'));
  return {
    where: { kind: 'sqlite', file: join(folder, 'gate.db') },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

export async function createPostgresDatabase(): Promise<
  TestDatabase & { readonly where: { readonly kind: 'postgres'; readonly url: Secret } }
> {
  const name = `gate_${randomBytes(8).toString('hex')}`;
  await asServerOwner((client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return {
    where: { kind: 'postgres', url: new Secret(url.href) },
    remove: () => asServerOwner((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Runs statements beside the ledger: to look at rows, or to make trouble. Not through the ledger's own pool. */
export async function onPostgres<T>(url: Secret, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url.revealText() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function asServerOwner(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  await onPostgres(new Secret(serverUrl()), work);
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'] ?? '';
  if (url === '') throw new Error('no TEST_DATABASE_URL: run with test/setup/start.ts as globalSetup, or set it');
  return url;
}
