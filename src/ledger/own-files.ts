/** The files of the gate in `DATA_DIR`, and whether a path leads to one of them, however it is spelled. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A database, and what SQLite and the gate's lock put beside it (sqlite.org/tempfiles.html). */
const DATABASE_ENDINGS = ['', '-wal', '-shm', '-journal', '.lock', '.restoring'];
/** `.new`: written beside, to be renamed. */
const FILE_ENDINGS = ['', '.new'];

const FILES = withEndings(['admin.token', 'admin.json', 'audit.head'], FILE_ENDINGS);

/** `databases`: in one folder. By the real folder and the name, and for a file that is there by its device and inode. */
export function isOwnFile(path: string, databases: readonly [string, ...string[]]): boolean {
  const dataDir = dirname(databases[0]);
  const ofDatabases = databases.map((file) => basename(file));
  const names = [...withEndings(ofDatabases, DATABASE_ENDINGS), ...FILES];
  if (names.includes(basename(path)) && realFolder(dirname(path)) === realFolder(dataDir)) return true;
  const there = identityOf(path);
  return there !== null && names.some((name) => identityOf(join(dataDir, name)) === there);
}

function withEndings(names: readonly string[], endings: readonly string[]): readonly string[] {
  return names.flatMap((name) => endings.map((ending) => name + ending));
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // it is not there, or there is no way to it
  }
}

function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
