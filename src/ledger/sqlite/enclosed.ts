/** A second database inside a backup, in parts, so that a backup is one file. It is taken out and away when that is restored. */
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import type Database from 'better-sqlite3';

const TABLE = 'koder_gate_enclosed';
/** Far below SQLite's own limit for a value, and little enough to hold in memory. */
const PART_BYTES = 8_388_608;
const OWNER_ONLY = 0o600;

export function enclose(backup: Database.Database, file: string): void {
  dropEnclosed(backup); // left by a backup that was copied into place by hand
  backup.exec(`CREATE TABLE ${TABLE} (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`);
  const insert = backup.prepare(`INSERT INTO ${TABLE} (bytes) VALUES (?)`);
  const descriptor = openSync(file, 'r');
  try {
    const part = Buffer.alloc(PART_BYTES);
    for (let count = readSync(descriptor, part); count > 0; count = readSync(descriptor, part))
      insert.run(part.subarray(0, count));
  } finally {
    closeSync(descriptor);
  }
}

export function hasEnclosed(backup: Database.Database): boolean {
  return backup.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).get(TABLE) !== undefined;
}

/** Writes it to a new file and removes it from this database. */
export function takeOut(backup: Database.Database, file: string): void {
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    const parts = backup.prepare<[], { bytes: Buffer }>(`SELECT bytes FROM ${TABLE} ORDER BY part`);
    for (const { bytes } of parts.iterate()) writeSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  dropEnclosed(backup);
}

/**
 * For a backup that was copied into place by hand: what it encloses is put where it belongs, as `gate restore` does, unless a
 * file is there already. Then that one stays, and the enclosed one is kept beside it.
 */
export function settleEnclosed(ledger: Database.Database, file: string): void {
  if (!hasEnclosed(ledger)) return;
  const staged = `${file}.restoring`;
  rmSync(staged, { force: true }); // of a start that was killed
  takeOut(ledger, staged);
  renameSync(staged, existsSync(file) ? `${file}.enclosed` : file);
}

function dropEnclosed(backup: Database.Database): void {
  backup.exec(`DROP TABLE IF EXISTS ${TABLE}`);
}
