/** A ledger on connections that the test keeps, to look into what the server holds for them. It hears no changes. */
import type pg from 'pg';
import type { Ledger } from '../../src/contract/ledger.js';
import { ledgerOver } from '../../src/ledger/facade.js';
import { createPostgresRunner } from '../../src/ledger/postgres/run.js';
import type { Ask } from '../../src/ledger/verbs.js';

export function ledgerOverPool(pool: pg.Pool, onNameless?: () => void): Ledger {
  const run = createPostgresRunner(pool, onNameless);
  const ask = (async (name, ...wish) => (await run(name, wish)).answer) as Ask;
  return ledgerOver({ ask, subscribe: () => undefined, close: () => pool.end() });
}
