/**
 * Moves what the write-ahead log holds into the file while nobody waits: some thousand pages and two fsyncs, which else are the
 * lot of whoever commits when the log is full. Then, and only if no idle moment came for so long, SQLite does it in that commit.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../../base/clock.js';

/** Of 4 KiB: a log of 16 MiB. Later than SQLite's own 1,000 (sqlite.org/pragma.html#pragma_wal_autocheckpoint): pages that many commits changed are moved once. */
export const FULL_LOG_PAGES = 4_000;
/** Less is not worth two fsyncs. */
const WORTH_MOVING_PAGES = 1_000;
/** Longer than the pauses within a burst. */
const IDLE_MS = 100;

export interface LogKeeping {
  /** To be called whenever nobody waits any more; the next call begins the pause anew. */
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
    const { log = 0, checkpointed = 0 } = look.get() ?? {};
    // PASSIVE waits for nobody: what a reader beside still needs stays in the log until the next time.
    if (log - checkpointed >= WORTH_MOVING_PAGES) connection.pragma('wal_checkpoint(PASSIVE)');
  }

  return {
    whenIdle() {
      cancel();
      cancel = clock.after(IDLE_MS, move);
    },
    stop: () => cancel(),
  };
}
