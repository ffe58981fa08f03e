/** Copies of SQLite databases that may be in use: as of one moment, checked, and on disk before anybody relies on them. */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

const OWNER_ONLY = 0o600;
/**
 * All pages in one step. Between two steps another process may write, and the copy would begin again
 * (sqlite.org/backup.html): beside a busy gate it would never end. Writers do not wait for a step, the log has their pages.
 */
const ALL_PAGES = 0x7fffffff;

/** The file is wrong, for the operator. */
export class BackupRefused extends Error {
  readonly code = 'backup_refused';
}

/** `to` must not exist. It has mode 0600 and no companions, so that it can be moved as one file. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  closeSync(openSync(to, 'wx', OWNER_ONLY));
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    await source.backup(to, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new Database(to);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** Opens it, for reading where `mode` says so, lets `work` have it and closes it. */
export function withDatabase<T>(file: string, mode: 'read' | 'write', work: (database: Database.Database) => T): T {
  const database = new Database(file, { readonly: mode === 'read', fileMustExist: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Throws `BackupRefused` where a page, an index or a constraint of it is wrong. */
export function demandWhole(database: Database.Database, file: string): void {
  const found = database.pragma('integrity_check(1)', { simple: true });
  if (found !== 'ok') throw new BackupRefused(`${file} is damaged: ${String(found)}`);
}

/** Until this returns, a file that was written may be lost with the power. */
export function sync(file: string): void {
  for (const path of [file, dirname(file)]) {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** A database that is not needed, with what SQLite may have left beside it. */
export function removeDatabase(file: string): void {
  for (const companion of ['', '-journal', '-wal', '-shm']) {
    try {
      rmSync(`${file}${companion}`, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error; // its folder is a file: there is nothing in it
    }
  }
}
