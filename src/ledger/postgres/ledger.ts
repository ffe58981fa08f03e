/** The ledger on PostgreSQL: many processes, one database. */
import type pg from 'pg';
import type { Log } from '../../base/log.js';
import type { Secret } from '../../base/secret.js';
import { LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Ledger } from '../../contract/ledger.js';
import { ledgerOver } from '../facade.js';
import type { Answer, Ask, VerbName, Wish } from '../verbs.js';
import { listen } from './changes.js';
import { asLedgerFailure } from './failure.js';
import { farewell } from './farewell.js';
import { keepingConnections } from './kept-connections.js';
import { migratePostgres } from './migrate.js';
import { createPostgresRunner } from './run.js';
import { CONNECT_TIMEOUT_MS, connectionOptions, openPostgresSource } from './source.js';
import { createTeller } from './teller.js';

export async function openPostgresLedger(url: Secret, { log }: { readonly log: Log }): Promise<Ledger> {
  await migratePostgres(url);
  const { source, pool } = await openPostgresSource(url, {
    onIdleError: () => {
      log.warn('an idle database connection was lost');
    },
  });
  const listener = { ...connectionOptions(url), application_name: 'koder-gate listener' };
  const changes = await listen(listener, log).catch(async (error: unknown) => {
    await source.destroy();
    throw error;
  });
  const runAny = createPostgresRunner(pool, () => {
    log.warn('a pooler changes connections under prepared statements: none are used any more, and verbs take longer');
  });
  const run = keepingConnections(runAny, CONNECT_TIMEOUT_MS);
  const overPool = (query: pg.QueryConfig): Promise<unknown> => pool.query(query);
  const teller = createTeller((query) => changes.ask(query)?.catch(() => overPool(query)) ?? overPool(query), log);
  let isClosed = false;

  const ask: Ask = async <Name extends VerbName>(name: Name, ...wish: Wish<Name>) => {
    if (isClosed) throw new LedgerUnavailable('the ledger is closed');
    try {
      const done = await run(name, wish);
      teller.tell(done.changes);
      return done.answer as Answer<Name>;
    } catch (error) {
      throw asLedgerFailure(error);
    }
  };

  return ledgerOver({
    ask,
    subscribe: (listener) => {
      changes.subscribe(listener);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await farewell(teller.idle());
      await Promise.all([changes.close(), farewell(source.destroy())]);
    },
  });
}
