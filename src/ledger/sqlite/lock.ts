/**
 * Only one process may have a SQLite ledger open: its changes are told to nobody outside it, so a second process would go on
 * with outdated grants. The lock is an operating system's lock on a file beside the ledger, so it ends with the process,
 * however that ends; the ledger itself stays readable for backups.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from '../../base/process/make-folder.js';

const OWNER_ONLY = 0o600;

/** Another process has it open. */
class LedgerInUse extends Error {
  readonly code = 'ledger_in_use';

  constructor(file: string) {
    super(`another gate uses this database: ${file}. Stop it, name another folder in DATA_DIR, or use PostgreSQL`);
  }
}

/** Answers how to let go. Throws `LedgerInUse`. */
export function holdLock(file: string): () => void {
  const path = `${file}.lock`;
  makeFile(path);
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (codeOf(error) === 'SQLITE_BUSY') throw new LedgerInUse(file);
    throw error;
  }
  return () => void lock.close();
}

/** The file, for its owner alone. SQLite gives its companions (`-wal`, `-shm`) the same mode. */
export function makeFile(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
}

/** By its code alone: the driver's error class belongs to whoever loaded the driver first. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}
