/**
 * Checkpoints the write-ahead log while the ledger is idle. A checkpoint writes thousands of pages and syncs twice, and
 * otherwise the commit that fills the log has to wait for it. That still happens if no idle moment comes before the log is full.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../../base/time/clock.js';

/**
 * A log of 16 MiB, in pages of 4 KiB. Larger than SQLite's own 1,000 pages (sqlite.org/pragma.html#pragma_wal_autocheckpoint),
 * because a page that many commits changed is then moved only once.
 */
export const FULL_LOG_PAGES = 4_000;
/** A smaller log is not worth two fsyncs. */
const WORTH_MOVING_PAGES = 1_000;
/** How long the ledger must be idle: longer than the pauses within a burst of work. */
const IDLE_MS = 100;

export interface LogKeeping {
  /** To be called whenever everybody has been answered. Each call starts the wait for an idle moment anew. */
  readonly whenIdle: () => void;
  readonly stop: () => void;
}

interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

export function keepLog(connection: Database.Database, clock: Pick<Clock, 'after'>): LogKeeping {
  connection.pragma(`wal_autocheckpoint = ${String(FULL_LOG_PAGES)}`);
  const look = connection.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)');
  let cancel: () => void = () => undefined;

  function move(): void {
    try {
      const { log = 0, checkpointed = 0 } = look.get() ?? {};
      // PASSIVE waits for nobody: pages that another reader still needs stay in the log until the next checkpoint
      if (log - checkpointed >= WORTH_MOVING_PAGES) connection.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // a full or broken disk: what was committed stays in the log, and the next write says what is wrong
    }
  }

  return {
    whenIdle() {
      cancel();
      cancel = clock.after(IDLE_MS, move);
    },
    stop: () => cancel(),
  };
}
