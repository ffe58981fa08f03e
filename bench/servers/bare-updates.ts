/** What a decision is measured against: the driver's own guarded UPDATE on the same table, and nothing that follows from it. */
import Database from 'better-sqlite3';
import pg from 'pg';
import type { Decided, ToDecide } from '../decisions/task.js';
import { placeOf } from '../decisions/task.js';
import { BENCH_APPROVER } from '../directory.js';
import { inFlight } from '../load/call.js';
import { nowMs } from '../load/consumers.js';

/** Decides one; answers how many rows it changed. */
type Update = (id: string) => number | Promise<number>;

interface Bare {
  readonly update: Update;
  readonly close: () => Promise<void>;
}

/** A little more than the 1,000 pages after which SQLite begins its log anew (sqlite.org/pragma.html#pragma_wal_autocheckpoint). */
const LOG_BYTES = 5_000_000;
const [, , where = '', connections = '1'] = process.argv;
const place = placeOf(where);
const bare = place.kind === 'sqlite' ? onSqlite(place.file) : onPostgres(place.url.revealText());

process.on('message', (task: ToDecide) => void decideAll(task).then((decided) => process.send?.(decided)));
process.on('disconnect', () => void bare.close().then(() => process.exit(0)));

async function decideAll({ ids, atOnce }: ToDecide): Promise<Decided> {
  const startedMs = nowMs();
  await inFlight(ids.length, atOnce, async (index) => {
    if ((await bare.update(ids[index] ?? '')) !== 1) throw new Error('a bare decision changed nothing');
  });
  return { tookMs: nowMs() - startedMs };
}

function onSqlite(file: string): Bare {
  const connection = new Database(file, { fileMustExist: true });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  growLog(connection);
  const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
  const statement = connection.prepare(`
    UPDATE requests SET outcome = 'approved', decided_by = ?, decided_over = 'page', decided_at = ${now}, tap_id = ?,
      revision = revision + 1
    WHERE id = ? AND outcome IS NULL AND deadline_at > ${now}`);
  return {
    update: (id) => statement.run(BENCH_APPROVER, id, id).changes,
    close: () => Promise.resolve(void connection.close()),
  };
}

/**
 * A log that still grows costs more a sync than one that is written over. Ours has its size after some hundred decisions; the bare
 * one, with a tenth of the pages, would grow through its first turns, and make us look better than we are.
 */
function growLog(connection: Database.Database): void {
  connection.exec(`CREATE TABLE grown (bytes BLOB); INSERT INTO grown VALUES (zeroblob(${String(LOG_BYTES)}))`);
  connection.exec('DROP TABLE grown');
  connection.pragma('wal_checkpoint(RESTART)');
}

function onPostgres(url: string): Bare {
  const pool = new pg.Pool({ connectionString: url, max: Number(connections) });
  const now = 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)';
  const text = `
    UPDATE requests SET outcome = 'approved', decided_by = $1, decided_over = 'page', decided_at = ${now}, tap_id = $2,
      revision = revision + 1
    WHERE id = $3 AND outcome IS NULL AND deadline_at > ${now}`;
  return {
    update: async (id) => (await pool.query(text, [BENCH_APPROVER, id, id])).rowCount ?? 0,
    close: () => pool.end(),
  };
}
