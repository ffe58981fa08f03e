/** The ledger on SQLite, in its worker. */
import type { Ledger } from '../../contract/ledger.js';
import { ledgerOver } from '../facade.js';
import { startSqliteThread } from './thread.js';

export async function openSqliteLedger(file: string): Promise<Ledger> {
  return ledgerOver(await startSqliteThread(file));
}
