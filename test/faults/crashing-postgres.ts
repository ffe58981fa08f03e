/**
 * A PostgreSQL of a run's own, that can be made to crash: stopped at once, without a checkpoint and without a word to its
 * clients, and started again on the same files. What it had acknowledged must be there.
 */
import pg from 'pg';
import { eventually } from '../fixtures/time/eventually.js';
import { startThrowawayPostgres } from '../fixtures/databases/throwaway-postgres.js';
import { lastingPort } from './lasting-port.js';

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

const GONE_WITHIN_MS = 30_000;

export async function startCrashingPostgres(): Promise<CrashingPostgres> {
  const port = await lastingPort();
  // The process crashes and the machine does not: what was written is in the kernel, synced or not. Commits are as ever.
  const server = await startThrowawayPostgres({ port, settings: ['fsync=off'], isSynced: false });
  return {
    port,
    url: (at) => server.url(at),
    async crash() {
      const pid = server.pid();
      process.kill(pid, 'SIGQUIT');
      await eventually('PostgreSQL is gone', () => !isRunning(pid), GONE_WITHIN_MS);
    },
    start: () => server.startAgain(),
    close: () => server.remove(),
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
