/**
 * Looks after what lies in DATA_DIR while the gate runs: files that vanish beside the database, a write-ahead log that
 * grows without end, a disk that runs full or does not answer. Whether the database itself is the one that was opened,
 * the ledger looks at each commit.
 */
import { statSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/time/clock.js';
import { createLatestTimer } from '../base/time/latest-timer.js';
import type { Log } from '../base/process/log.js';
import { patientFiles, SilentDisk } from '../base/process/patient-files.js';
import type { Check } from '../contract/admin.js';
import type { Worker } from './workers.js';

const LOOKED_AT_EVERY_MS = 30_000;
const MIB = 1_048_576;
/** The log is written back at 16 MiB; only a reader that holds an old state for long lets it grow so far. */
const MOST_LOG_BYTES = 256 * MIB;
const LEAST_ROOM_BYTES = 64 * MIB;
/** A disk that takes longer than this for a look at a file hangs. */
const FILE_LIMIT_MS = 2_000;

export interface DataFolder extends Worker {
  checks(): Promise<readonly Check[]>;
}

export interface DataFolderDeps {
  readonly dataDir: string;
  /** False on PostgreSQL: there is no database in the folder. */
  readonly hasLedger: boolean;
  /** Writes the files again by which the command line finds the gate; null: this process has none. */
  readonly announce: (() => Promise<void>) | null;
  readonly clock: Clock;
  readonly log: Log;
}

export function watchDataFolder({ dataDir, hasLedger, announce, clock, log }: DataFolderDeps): DataFolder {
  const lock = join(dataDir, 'gate.sqlite.lock');
  const locked = hasLedger ? (statSync(lock, { throwIfNoEntry: false })?.ino ?? null) : null;
  const files = patientFiles({ clock, limitMs: FILE_LIMIT_MS });
  let told = '';
  const timer = createLatestTimer(clock, () => void look());

  async function found(): Promise<readonly Check[]> {
    const room = await roomCheck(dataDir);
    const log = hasLedger ? await logCheck(join(dataDir, 'gate.sqlite-wal')) : null;
    const isGone = locked !== null && (await factsOf(lock))?.ino !== locked;
    return [room, log, isGone ? LOCK_GONE : null].filter((check) => check !== null);
  }

  async function checks(): Promise<readonly Check[]> {
    try {
      return await files(found);
    } catch (error) {
      return [error instanceof SilentDisk ? SILENT : notLookedAt(error)];
    }
  }

  async function findable(): Promise<void> {
    if (announce === null || !(await isThere(dataDir))) return;
    const names = ['admin.token', 'admin.json'];
    const areThere = await Promise.all(names.map((name) => isThere(join(dataDir, name))));
    if (areThere.every((isOne) => isOne)) return;
    await announce();
    log.warn('the files by which the command line finds the gate were gone, and were written again');
  }

  async function look(): Promise<void> {
    // the folder takes no files, or does not answer, which the checks and the ledger tell
    await files(findable).catch(() => undefined);
    const wrong = await checks();
    const details = wrong.map(({ detail }) => detail);
    // numbers in them change each time, and are no news
    const kinds = details.join('; ').replace(/\d+/g, '');
    // a disk is silent, too, where this very process was stopped for a while: that is for a person only when it lasts
    const level = wrong.every((check) => check === SILENT) ? 'warn' : 'error';
    if (details.length > 0 && kinds !== told) log[level]('something is wrong with DATA_DIR', { details });
    told = kinds;
    timer.setIn(LOOKED_AT_EVERY_MS);
  }

  return {
    checks,
    start: () => void look(),
    stop() {
      timer.stop();
      return Promise.resolve();
    },
  };
}

const NAME = 'data folder';

const LOCK_GONE: Check = {
  name: NAME,
  isOk: false,
  detail: 'gate.sqlite.lock was deleted or replaced: a second gate could be started on this database',
  cure: 'See that no second gate runs on this DATA_DIR, and restart this one.',
};

const SILENT: Check = {
  name: NAME,
  isOk: false,
  detail: `the disk of DATA_DIR has not answered within ${String(FILE_LIMIT_MS / 1_000)} s`,
  cure: 'See that the disk works, or the server that it is mounted from. Whoever is known passes meanwhile, and nothing is decided.',
};

async function roomCheck(dataDir: string): Promise<Check | null> {
  const { bavail, bsize } = await statfs(dataDir);
  const bytes = bavail * bsize;
  if (bytes >= LEAST_ROOM_BYTES) return null;
  const detail = `the disk of DATA_DIR has ${String(Math.floor(bytes / MIB))} MiB left`;
  return { name: NAME, isOk: bytes > 0, detail, cure: 'Make room before it is full: then nothing can be decided.' };
}

function notLookedAt(error: unknown): Check {
  const { code = 'unknown' } = error as Partial<NodeJS.ErrnoException>;
  return { name: NAME, isOk: false, detail: `DATA_DIR cannot be looked at (${code})`, cure: 'Put the folder back.' };
}

async function logCheck(path: string): Promise<Check | null> {
  const bytes = (await factsOf(path))?.size ?? 0;
  if (bytes < MOST_LOG_BYTES) return null;
  const detail = `gate.sqlite-wal has ${String(Math.floor(bytes / MIB))} MiB and cannot be written back`;
  const cure =
    'Some program holds an old state of the database open, a SQLite shell or a copy that never ends: end it. A restart of the gate writes the log back.';
  return { name: NAME, isOk: false, detail, cure };
}

/** Null: there is no such file. */
async function factsOf(path: string): Promise<{ readonly ino: number; readonly size: number } | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
