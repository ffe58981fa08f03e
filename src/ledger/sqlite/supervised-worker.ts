/**
 * A SQLite thread that is started again when it dies. Ending the process instead would lose the grants in memory and
 * every call in flight for what is an outage of the database, and is treated as one: listeners hear `lost` and `regained`
 * as they do on PostgreSQL, and read everything again. What was asked of the dead thread is answered "unavailable".
 *
 *   running ──the thread ends──▶ lost ──a new one has the file open──▶ regained = running
 *   lost ──it cannot be opened, as while something else holds it──▶ lost, twice as long each time
 */
import type { Log } from '../../base/process/log.js';
import type { Ask } from '../verbs/verb.js';
import { createListeners } from '../listeners.js';
import { startSqliteThread, type SqliteThread } from './thread.js';

const FIRST_RESTART_MS = 100;
const MAX_RESTART_MS = 5_000;

/** Resolves when the database is open and migrated. Rejects with what refused the first opening. */
export async function startSupervisedWorker(
  file: string,
  { log, enclosedFile = null }: { readonly log: Log; readonly enclosedFile?: string | null },
): Promise<SqliteThread> {
  const listeners = createListeners();
  let thread = await startSqliteThread(file, enclosedFile);
  let restarting: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function attend(next: SqliteThread): void {
    thread = next;
    next.subscribe((change) => {
      listeners.tell(change);
      if (change.kind !== 'lost') return;
      log.error('the thread of the SQLite ledger ended; it is started again');
      restartIn(FIRST_RESTART_MS);
    });
  }

  function restartIn(ms: number): void {
    if (isClosed) return;
    timer = setTimeout(() => {
      restarting = restart(ms);
    }, ms).unref();
  }

  async function restart(waitedMs: number): Promise<void> {
    try {
      const next = await startSqliteThread(file, enclosedFile);
      if (isClosed) return await next.close();
      attend(next);
      log.info('the SQLite ledger answers again');
      listeners.tell({ kind: 'regained' });
    } catch (error) {
      const { code } = error as Partial<NodeJS.ErrnoException>;
      log.error('the SQLite ledger could not be opened again; it is tried later', { code });
      restartIn(Math.min(waitedMs * 2, MAX_RESTART_MS));
    }
  }

  attend(thread);
  const ask: Ask = (name, ...input) => thread.ask(name, ...input);
  return {
    ask,
    subscribe: listeners.add,
    async close() {
      isClosed = true;
      listeners.silence();
      clearTimeout(timer);
      await restarting;
      await thread.close();
    },
    kill: () => thread.kill(),
  };
}
