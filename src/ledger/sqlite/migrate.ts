/** Migrates a SQLite ledger that no process has open. */
import { migrations } from '../migrations/migrations.js';
import { pendingOf, runPending } from '../migrations/run.js';
import { holdLock } from './lock.js';
import { openSqliteSource } from './source.js';

/** Throws `LedgerInUse`. */
export async function migrateSqlite(file: string): Promise<readonly string[]> {
  const letGo = holdLock(file);
  try {
    const { source } = await openSqliteSource(file);
    return await runPending(source);
  } finally {
    letGo();
  }
}

export async function pendingOnSqlite(file: string): Promise<readonly string[]> {
  const { source } = await openSqliteSource(file);
  return pendingOf(source);
}

export function allMigrations(): readonly string[] {
  return migrations.map(({ name }) => name);
}
