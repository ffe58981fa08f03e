/** The ledger on PostgreSQL: many processes, one database. */
import type pg from 'pg';
import { systemClock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { Secret } from '../../base/crypto/secret.js';
import { LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Ledger } from '../../contract/ledger.js';
import { ledgerOver } from '../client.js';
import { watchForTrouble } from '../trouble.js';
import type { Answer, Ask, VerbName, Input } from '../verbs/verb.js';
import { listen } from './changes.js';
import { asLedgerFailure } from './failure.js';
import { closeWithTimeout } from './close-with-timeout.js';
import { keepingConnections } from './reserved-connections.js';
import { migratePostgres } from './migrate.js';
import { createPostgresRunner } from './run.js';
import { CONNECT_TIMEOUT_MS, connectionOptions, openPostgresSource } from './source.js';
import { createChangePublisher } from './change-publisher.js';

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
  const publisher = createChangePublisher(
    (query) => changes.ask(query)?.catch(() => overPool(query)) ?? overPool(query),
    log,
  );
  let isClosed = false;

  const ask: Ask = async <Name extends VerbName>(name: Name, ...input: Input<Name>) => {
    if (isClosed) throw new LedgerUnavailable('the ledger is closed');
    try {
      const done = await run(name, input);
      publisher.tell(done.changes);
      return done.answer as Answer<Name>;
    } catch (error) {
      throw asLedgerFailure(error);
    }
  };

  const watched = watchForTrouble(ask, { clock: systemClock(), log });
  return ledgerOver({
    ...watched,
    hears: () => changes.hears(overPool),
    subscribe: (listener) => {
      changes.subscribe(listener);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await closeWithTimeout(publisher.idle());
      await Promise.all([changes.close(), closeWithTimeout(source.destroy())]);
    },
  });
}
