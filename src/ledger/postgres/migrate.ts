/** Migrates PostgreSQL. Processes that start together queue on an advisory lock: one migrates, the others find it done. */
import pg from 'pg';
import type { Secret } from '../../base/crypto/secret.js';
import { pendingOf, runPending } from '../migrations/run.js';
import { openPostgresSource, SESSION } from './source.js';

/** Any number, the same in every version: `koder-gate` migrations. */
const LOCK = 6_074_001;
const ignored = (): void => undefined;

export async function migratePostgres(url: Secret): Promise<readonly string[]> {
  const holder = new pg.Client({ connectionString: url.revealText() });
  holder.on('error', ignored);
  await holder.connect();
  try {
    await holder.query(SESSION);
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const { source } = await openPostgresSource(url, { onIdleError: ignored, isPatient: true });
    return await runPending(source);
  } finally {
    await holder.end();
  }
}

export async function pendingOnPostgres(url: Secret): Promise<readonly string[]> {
  const { source } = await openPostgresSource(url, { onIdleError: ignored, isPatient: true });
  return pendingOf(source);
}
