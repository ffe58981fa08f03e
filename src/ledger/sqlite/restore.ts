/**
 * Puts a backup in the place of the ledger, where no gate runs. The new files are complete and checked beside the former ones
 * before these are touched; the former ones are kept under another name. Each place is changed by one rename, so that a
 * process that is killed leaves the former database or the new one, never none.
 */
import { existsSync, linkSync, renameSync } from 'node:fs';
import { BackupRefused, copyDatabase, demandWhole, removeDatabase, sync, withDatabase } from './copy.js';
import { examineBackup, type BackupFacts } from './backup.js';
import { takeOut } from './enclosed.js';
import { holdLock } from './lock.js';

export interface RestoreInput {
  readonly from: string;
  readonly file: string;
  /** Where what the backup encloses belongs; null: it stays in the ledger. */
  readonly enclosedFile: string | null;
  /** Ends the names of the former files: `before-restore-…`. */
  readonly aside: string;
  /** Says no by throwing, before anything is changed. */
  readonly judge: (facts: BackupFacts) => void;
}

export interface Restored {
  /** The former files, under the names they have now. */
  readonly kept: readonly string[];
  readonly hasEnclosed: boolean;
}

/** Throws `LedgerInUse` where a gate runs, `BackupRefused` with a sentence; nothing was changed then. */
export async function restoreSqlite(input: RestoreInput): Promise<Restored> {
  const { from, file, aside, judge } = input;
  const facts = examineBackup(from);
  judge(facts);
  const enclosedFile = facts.hasEnclosed ? input.enclosedFile : null;
  const files = enclosedFile === null ? [file] : [enclosedFile, file];
  const letGo = holdLock(file);
  const staged = [file, input.enclosedFile].flatMap((one) => (one === null ? [] : [stagedOf(one)]));
  try {
    for (const left of staged) removeDatabase(left);
    await copyDatabase(from, stagedOf(file));
    if (enclosedFile !== null)
      withDatabase(stagedOf(file), 'write', (database) => takeOut(database, stagedOf(enclosedFile)));
    for (const one of files) demandStored(stagedOf(one));
    return { kept: files.flatMap((one) => replace(one, aside)), hasEnclosed: facts.hasEnclosed };
  } finally {
    for (const left of staged) removeDatabase(left);
    letGo();
  }
}

function stagedOf(file: string): string {
  return `${file}.restoring`;
}

/** Whole, and on the disk. */
function demandStored(staged: string): void {
  withDatabase(staged, 'read', (database) => demandWhole(database, staged));
  sync(staged);
}

function replace(file: string, aside: string): readonly string[] {
  const kept = `${file}.${aside}`;
  const isThere = existsSync(file);
  if (isThere) {
    foldLog(file, kept);
    linkSync(file, kept);
  }
  renameSync(stagedOf(file), file);
  sync(file);
  return isThere ? [kept] : [];
}

/** The former database into one file. Its log must not lie beside the new one, which would be read with it. */
function foldLog(file: string, kept: string): void {
  try {
    withDatabase(file, 'write', (database) => database.pragma('wal_checkpoint(TRUNCATE)'));
  } catch {
    // it may be damaged, which is why it is replaced: its companions are kept as they are
  }
  for (const companion of ['-wal', '-shm', '-journal'])
    if (existsSync(`${file}${companion}`)) renameSync(`${file}${companion}`, `${kept}${companion}`);
}

export { BackupRefused };
