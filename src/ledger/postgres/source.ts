/** The PostgreSQL database as TypeORM opens it, and TypeORM's own pool, on which the units of work run. */
import type pg from 'pg';
import { types } from 'pg';
import { DataSource } from 'typeorm';
import type { Secret } from '../../base/crypto/secret.js';
import { entities } from '../tables/tables.js';
import { migrations } from '../migrations/migrations.js';
import { StandbyRefused } from './failure.js';
import { CONNECTIONS } from './reserved-connections.js';

/** How long a verb waits for a connection, in a burst for its turn: beyond this the database is out of reach. */
export const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 4_000;
/**
 * A process that is stopped, or whose machine is gone, in the middle of a transaction keeps its locks until the server ends
 * its session. Shorter than a statement waits, so that whoever waits for those locks still gets them.
 */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 3_000;
/** Longer than the server's own, so that this one only ends the wait for a server that is gone. */
const QUERY_TIMEOUT_MS = 5_000;
const NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8]);

export interface PostgresSource {
  readonly source: DataSource;
  readonly pool: pg.Pool;
}

/** How a connection is made, the pool's and the listener's alike. The listener has a name of its own to whoever looks at the server. */
export function connectionOptions(url: Secret): pg.ClientConfig {
  return {
    connectionString: url.revealText(),
    application_name: 'koder-gate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    // Times and numbers are far below 2^53: a bigint is read as a number, as SQLite gives it.
    types: { getTypeParser: (id, format) => (NUMBERS.has(id) ? Number : parserOf(id, format)) },
  };
}

/**
 * What the session is to be, in one round trip, before anybody uses it: the pool waits for this.
 *
 * Every statement is made for an index, and a prepared one keeps its plan: one that was planned while a table was empty
 * must not go on walking it when it has grown, for as long as nobody has counted it anew.
 *
 * A process whose machine vanished holds what its sessions hold until the server misses it, by Linux's own defaults for
 * two hours: a dozen connections, and the lock of a migration for which all others wait at their start. So it asks
 * after some 25 s, and gives up as soon where something that it has sent is on its way
 * (postgresql.org/docs/current/runtime-config-connection.html, TCP settings; they mean nothing on a local socket).
 */
export const SESSION = [
  'SET enable_seqscan = off',
  'SET tcp_keepalives_idle = 10',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 3',
  'SET tcp_user_timeout = 25000',
].join('; ');

/** For whoever only reads, as the trail of a replica. */
export const anySession = {
  onConnect: async (client: pg.ClientBase): Promise<void> => {
    await client.query(SESSION);
  },
};

/**
 * A standby answers reads, with what it has heard of so far: after a failover that went wrong, grants that were revoked
 * long ago. It is no database for us until it is promoted; then the next connection is welcome.
 */
export const sessionOfPrimary = {
  onConnect: async (client: pg.ClientBase): Promise<void> => {
    const results = (await client.query(`${SESSION}; SELECT pg_is_in_recovery() AS is_standby`)) as unknown;
    const { rows } = (results as readonly pg.QueryResult<{ is_standby: boolean }>[]).at(-1) ?? { rows: [] };
    if (rows[0]?.is_standby !== false) throw new StandbyRefused();
  },
};

const parserOf = types.getTypeParser.bind(types) as (id: number, format?: 'text' | 'binary') => unknown;

export interface SourceDeps {
  readonly onIdleError: (error: unknown) => void;
  /** For migrations: a statement may take as long as it takes. */
  readonly isPatient?: boolean;
}

export async function openPostgresSource(url: Secret, deps: SourceDeps): Promise<PostgresSource> {
  const { onIdleError, isPatient = false } = deps;
  const patience = isPatient ? { query_timeout: 0, statement_timeout: 0 } : {};
  const source = new DataSource({
    type: 'postgres',
    url: url.revealText(),
    entities,
    migrations,
    migrationsTableName: 'migrations',
    installExtensions: false,
    poolErrorHandler: onIdleError,
    extra: { ...connectionOptions(url), ...sessionOfPrimary, ...patience, max: CONNECTIONS.shared + CONNECTIONS.kept },
  });
  await source.initialize();
  const { master } = source.driver as unknown as { readonly master: pg.Pool };
  return { source, pool: master };
}
