/** A ledger on connections that the test keeps, to look into what the server holds for them. It hears no changes. */
import pg from 'pg';
import type { Ledger } from '../../src/contract/ledger.js';
import { ledgerOver } from '../../src/ledger/facade.js';
import { createPostgresRunner } from '../../src/ledger/postgres/run.js';
import type { Ask } from '../../src/ledger/verbs.js';

export function ledgerOverPool(pool: pg.Pool, onNameless?: () => void): Ledger {
  const run = createPostgresRunner(pool, onNameless);
  const ask = (async (name, ...wish) => (await run(name, wish)).answer) as Ask;
  return ledgerOver({ ask, subscribe: () => undefined, close: () => pool.end() });
}

/** A pool's end does not wait for its connections', so that the database may be removed under one: nobody minds then. */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(options);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}
