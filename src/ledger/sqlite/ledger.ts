/** The ledger on SQLite, in its worker. */
import { systemClock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { Ledger } from '../../contract/ledger.js';
import { ledgerOver } from '../client.js';
import type { LedgerPlace } from '../place.js';
import { watchForTrouble } from '../trouble.js';
import { startSupervisedWorker } from './supervised-worker.js';

export async function openSqliteLedger(
  { file, enclosedFile = null }: Extract<LedgerPlace, { kind: 'sqlite' }>,
  deps: { readonly log: Log },
): Promise<Ledger> {
  const thread = await startSupervisedWorker(file, { enclosedFile, ...deps });
  const trouble = watchForTrouble(thread.ask, { clock: systemClock(), ...deps });
  return ledgerOver({ ...thread, ...trouble });
}
