/** A PostgreSQL of our own, from the development packages, with every commit on disk before it is answered. */
import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { freePort } from '../../test/fixtures/network/ports.js';
import { startThrowawayPostgres } from '../../test/fixtures/databases/throwaway-postgres.js';
import { pinned } from '../processes.js';
import { scratch } from '../scratch.js';

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** What makes a commit outlive a power cut (postgresql.org/docs/current/runtime-config-wal.html). */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

export async function startPostgres(): Promise<Postgres> {
  const { folder, remove } = scratch('postgres');
  const server = await startThrowawayPostgres({ port: await freePort(), isSynced: true, folder });
  pinToServers(server.pid());
  await mustBeDurable(server.url());
  return { url: server.url(), stop: () => server.remove().finally(remove) };
}

/** What it starts for every connection inherits its core. */
function pinToServers(pid: number): void {
  const [command, , core] = pinned('server', []);
  if (command !== undefined) spawnSync(command, ['-a', '-p', '-c', core ?? '', String(pid)], { stdio: 'ignore' });
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
