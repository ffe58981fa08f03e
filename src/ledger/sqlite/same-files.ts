/**
 * Whether the files of the ledger are still those that were opened. An open file can be moved, deleted or replaced; SQLite
 * then goes on writing to one that has no name any more, and all of it is gone with the process.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../../base/time/clock.js';
import { FILES_MOVED } from './failure.js';

/** The database and what SQLite keeps beside it (sqlite.org/tempfiles.html); without the log, or with another, commits are lost. */
const COMPANIONS = ['', '-wal', '-shm'] as const;
/** Reads of the same moment share one look. */
const READS_EVERY_MS = 50;

class FilesMoved extends Error {
  readonly code = FILES_MOVED;
}

export interface SameFiles {
  /** Throws `FilesMoved`. A few microseconds, before each commit. */
  demand(): void;
  /** The same for reads, which need not know it at once. */
  demandForReads(): void;
}

export function sameFiles(file: string, clock: Pick<Clock, 'monotonicMs'>): SameFiles {
  const opened = new Map<string, string>();
  let lookedAtMs = -Infinity;

  function demand(): void {
    lookedAtMs = clock.monotonicMs();
    for (const companion of COMPANIONS) {
      const path = `${file}${companion}`;
      const is = identityOf(path);
      const was = opened.get(path);
      if (was === undefined && is !== null) opened.set(path, is);
      else if (was !== undefined && was !== is) {
        lookedAtMs = -Infinity; // the next read looks again
        throw new FilesMoved(`${path} is ${is === null ? 'gone' : 'another file now'}`);
      }
    }
  }

  return {
    demand,
    demandForReads() {
      if (clock.monotonicMs() - lookedAtMs >= READS_EVERY_MS) demand();
    },
  };
}

/** Device and inode. Null: there is no such file, or no way to it. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
