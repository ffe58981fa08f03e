/** What can be said of the database without opening it: SQLite's file, its folder and who may read it. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.js';
import type { Check } from '../contract/admin.js';
import type { Surroundings } from './surroundings.js';

/** The first bytes of every SQLite database (sqlite.org/fileformat.html, 1.3.1). */
const MAGIC = 'SQLite format 3\0';
const NAME = 'database';

/** Where `gate serve` keeps it. */
export function databaseFile(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'gate.sqlite');
}

export function databaseFileCheck(config: Pick<Config, 'dataDir' | 'databaseUrl'>, surroundings: Surroundings): Check {
  if (config.databaseUrl !== null)
    return { name: NAME, isOk: true, detail: 'PostgreSQL; "gate migrate --check" asks it', cure: '' };
  const file = resolve(surroundings.folder, databaseFile(config));
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { name: NAME, isOk: true, detail: `${file} is made at the first start`, cure: '' };
  if (!isReadable(file))
    return {
      name: NAME,
      isOk: false,
      detail: `${file} may not be written by this user`,
      cure: `Run as its owner, or: chown it.`,
    };
  if (stats.size > 0 && magicOf(file) !== MAGIC)
    return {
      name: NAME,
      isOk: false,
      detail: `${file} is no SQLite database`,
      cure: 'Move it away, or restore it from a backup.',
    };
  return { name: NAME, isOk: true, detail: `${file}, ${String(Math.ceil(stats.size / 1024))} KiB`, cure: '' };
}

function isReadable(file: string): boolean {
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
