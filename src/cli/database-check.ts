/** What `gate doctor` can say of the database without opening it: whether SQLite's file is one, and may be written. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import type { Check } from '../contract/admin.js';
import type { LedgerPlace } from '../ledger/place.js';

/** The first bytes of every SQLite database (sqlite.org/fileformat.html, 1.3.1). */
const MAGIC = 'SQLite format 3\0';
const NAME = 'database';

export function databaseCheck(place: LedgerPlace): Check {
  if (place.kind === 'postgres')
    return { name: NAME, isOk: true, detail: 'PostgreSQL; "gate migrate --check" asks it', cure: '' };
  const { file } = place;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { name: NAME, isOk: true, detail: `${file} is made at the first start`, cure: '' };
  if (!isWritable(file))
    return {
      name: NAME,
      isOk: false,
      detail: `${file} may not be written by this user`,
      cure: 'Run the gate as the owner of that file, or make this user its owner with chown.',
    };
  if (stats.size > 0 && magicOf(file) !== MAGIC)
    return {
      name: NAME,
      isOk: false,
      detail: `${file} is not a SQLite database`,
      cure: 'Move it away, or restore it from a backup.',
    };
  return { name: NAME, isOk: true, detail: `${file}, ${String(Math.ceil(stats.size / 1024))} KiB`, cure: '' };
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function magicOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    readSync(handle, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(handle);
  }
}
