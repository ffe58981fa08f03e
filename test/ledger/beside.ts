/** Runs a statement beside the ledger, as nobody in the product may. SQLite's ledger must be closed meanwhile. */
import Database from 'better-sqlite3';
import { onPostgres, type TestDatabase } from '../setup/databases.js';

/** Answers its rows, where it has any. */
export async function runBeside({ where }: TestDatabase, statement: string): Promise<readonly unknown[]> {
  if (where.kind === 'postgres') {
    return onPostgres(where.url, async (client) => (await client.query<Record<string, unknown>>(statement)).rows);
  }
  const file = new Database(where.file);
  try {
    const prepared = file.prepare(statement);
    if (prepared.reader) return prepared.all();
    prepared.run();
    return [];
  } finally {
    file.close();
  }
}
