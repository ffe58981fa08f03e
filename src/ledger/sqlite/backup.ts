/** A backup of the ledger on SQLite, beside a gate that runs or without one: one file, checked before it has its name. */
import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOwnFile } from '../own-files.js';
import { BackupRefused, copyDatabase, demandWhole, removeDatabase, sync, withDatabase } from './copy.js';
import { enclose, hasEnclosed } from './enclosed.js';
import { allMigrations } from './migrate.js';

export interface BackupInput {
  /** The ledger's file. */
  readonly file: string;
  /** Of another database that the backup encloses; it need not be there. Null: none. */
  readonly enclosedFile: string | null;
  readonly to: string;
  /** Replaces what is there. */
  readonly isForced: boolean;
  /** Random, for the name of the file in the making. */
  readonly suffix: string;
}

export interface BackupFacts {
  /** What `GATE_SECRET` must open. */
  readonly canary: string;
  readonly hasEnclosed: boolean;
  readonly bytes: number;
}

/** Throws `BackupRefused` with a sentence, or what the file system or SQLite throws; nothing is left half-made then. */
export async function backupSqlite(input: BackupInput): Promise<BackupFacts> {
  const { file, enclosedFile, suffix } = input;
  const to = resolve(input.to);
  if (!existsSync(file)) throw new BackupRefused(`there is no database at ${file}`);
  if (isOwnFile(to, [file, ...(enclosedFile === null ? [] : [enclosedFile])]))
    throw new BackupRefused(`${to} is a file of the gate itself`);
  if (existsSync(to) && !input.isForced) throw new BackupRefused(`${to} is there already; --force replaces it`);
  const making = `${to}.${suffix}`;
  const enclosed = `${making}.enclosed`;
  try {
    demandRegular(to);
    await copyDatabase(file, making);
    if (enclosedFile !== null && existsSync(enclosedFile)) {
      await copyDatabase(enclosedFile, enclosed);
      withDatabase(making, 'write', (database) => enclose(database, enclosed));
    }
    const facts = examineBackup(making);
    sync(making);
    publish(making, to, input.isForced);
    return facts;
  } catch (error) {
    throw error instanceof BackupRefused ? error : unwritten(error, { file, to });
  } finally {
    removeDatabase(making);
    removeDatabase(enclosed);
  }
}

/** By its code: the ledger is damaged, the disk of the backup is full, its folder is missing or not ours. */
function unwritten(error: unknown, { file, to }: { readonly file: string; readonly to: string }): unknown {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  if (code === undefined) return error;
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code))
    return new BackupRefused(`${file} is damaged (${code})`, { cause: error });
  const cure = `See that ${dirname(to)} is a folder that this user may write, on a disk that works and has room`;
  return new BackupRefused(`${to} cannot be written (${code}). ${cure}`, { cause: error });
}

/** A folder cannot be read or replaced as a file, and a pipe would be waited for without end. */
function demandRegular(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile())
    throw new BackupRefused(
      `${file} is ${found.isDirectory() ? 'a folder' : 'a pipe or a device'}, and no regular file`,
    );
}

/** Never replaces a file that somebody has put there meanwhile. */
function publish(making: string, to: string, isForced: boolean): void {
  if (isForced) renameSync(making, to);
  else {
    linkSync(making, to);
    rmSync(making);
  }
  sync(to);
}

/** Opens it and reads it whole. Throws `BackupRefused` where it is damaged, no ledger, or of a version that is newer than this one. */
export function examineBackup(file: string): BackupFacts {
  if (!existsSync(file)) throw new BackupRefused(`there is no file ${file}`);
  demandRegular(file);
  return withDatabase(file, 'read', (database) => {
    try {
      demandWhole(database, file);
      const canary = database.prepare<[], { sealed: string }>('SELECT sealed FROM canary WHERE id = 1').get();
      if (canary === undefined) throw new BackupRefused(`${file} is a ledger that no gate has used yet`);
      const migrations = database.prepare<[], { name: string }>('SELECT name FROM migrations').all();
      const known = new Set(allMigrations());
      const newer = migrations.find(({ name }) => !known.has(name));
      if (newer !== undefined)
        throw new BackupRefused(`${file} is of a newer version of the gate, which has the migration ${newer.name}`);
      return { canary: canary.sealed, hasEnclosed: hasEnclosed(database), bytes: statSync(file).size };
    } catch (error) {
      throw asRefusal(error, file);
    }
  });
}

function asRefusal(error: unknown, file: string): unknown {
  const { code = '', message = '' } = error as Partial<NodeJS.ErrnoException>;
  if (code === 'SQLITE_NOTADB') return new BackupRefused(`${file} is no SQLite database`);
  if (code.startsWith('SQLITE_CORRUPT')) return new BackupRefused(`${file} is damaged (${code})`);
  return message.startsWith('no such table') ? new BackupRefused(`${file} is no ledger of the gate`) : error;
}
