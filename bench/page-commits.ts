/**
 * Commits by the bare SQLite driver at `FULL`, one at a time, each of which changes so many pages and does nothing else: no
 * ledger that writes as many pages can commit more often. The log is as large, and as often checkpointed, as the ledger's.
 */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { FULL_LOG_PAGES } from '../src/ledger/sqlite/checkpoints.js';
import { nowMs } from './load/consumers.js';
import { scratch } from './scratch.js';

const MS = 1_000;
/** Of 4 KiB each, so that every row has a page to itself. */
const ROW_BYTES = 3_500;
const ROWS = 3_000;

/** How many of these commits there are in a second. */
export function pageCommitsASecond(pages: number, commits: number): number {
  const { folder, remove } = scratch('page-commits');
  const connection = new Database(join(folder, 'pages.sqlite'));
  try {
    fill(connection);
    const change = connection.prepare('UPDATE pages SET changes = changes + 1 WHERE id > ? AND id <= ?');
    const startedMs = nowMs();
    for (let commit = 0; commit < commits; commit += 1) {
      const first = (commit * pages) % (ROWS - pages);
      change.run(first, first + pages);
    }
    return commits / ((nowMs() - startedMs) / MS);
  } finally {
    connection.close();
    remove();
  }
}

/** The log has its size afterwards: one that grows costs more a sync than one that is written over. */
function fill(connection: Database.Database): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma(`wal_autocheckpoint = ${String(FULL_LOG_PAGES)}`);
  connection.exec(`
    CREATE TABLE pages (id INTEGER PRIMARY KEY, changes INTEGER NOT NULL, rest BLOB NOT NULL);
    INSERT INTO pages
      WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${String(ROWS)})
      SELECT n, 0, zeroblob(${String(ROW_BYTES)}) FROM counted;
    UPDATE pages SET changes = 1`);
  connection.pragma('wal_checkpoint(RESTART)');
}
