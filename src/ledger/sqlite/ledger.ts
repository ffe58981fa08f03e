/** The ledger on SQLite, in its worker. */
import type { Log } from '../../base/log.js';
import type { Ledger } from '../../contract/ledger.js';
import { ledgerOver } from '../facade.js';
import { startLastingThread } from './lasting-thread.js';

export async function openSqliteLedger(file: string, seams: { readonly log: Log }): Promise<Ledger> {
  return ledgerOver(await startLastingThread(file, seams));
}
