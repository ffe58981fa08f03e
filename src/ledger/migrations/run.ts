/** Runs or lists pending migrations and closes the source. */
import { MigrationExecutor, type DataSource } from 'typeorm';

/** Answers the names of what was run, oldest first. */
export async function runPending(source: DataSource): Promise<readonly string[]> {
  try {
    const run = await source.runMigrations({ transaction: 'all' });
    return run.map(({ name }) => name);
  } finally {
    await source.destroy();
  }
}

export async function pendingOf(source: DataSource): Promise<readonly string[]> {
  try {
    const pending = await new MigrationExecutor(source).getPendingMigrations();
    return pending.map(({ name }) => name);
  } finally {
    await source.destroy();
  }
}
