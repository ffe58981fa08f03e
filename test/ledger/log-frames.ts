/** The write-ahead log of a SQLite file, as it lies on the disk: how many pages were written, and in how many commits. */
import { readFileSync } from 'node:fs';

/** One page in the log (sqlite.org/fileformat2.html#walformat). */
export interface Frame {
  readonly page: number;
  readonly isCommit: boolean;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const SALTS_AT = 16;
const SALTS_BYTES = 8;

/** Since the log was begun anew, which a checkpoint by `wal_checkpoint(TRUNCATE)` does. */
export function logFrames(file: string): readonly Frame[] {
  const log = readFileSync(`${file}-wal`);
  if (log.length < HEADER_BYTES) return [];
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(PAGE_SIZE_AT);
  const salts = log.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES);
  const frames: Frame[] = [];
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    // A frame with other salts is left from before the log was begun anew.
    if (!log.subarray(at + 8, at + 8 + SALTS_BYTES).equals(salts)) break;
    frames.push({ page: log.readUInt32BE(at), isCommit: log.readUInt32BE(at + 4) !== 0 });
  }
  return frames;
}

export function commitsIn(frames: readonly Frame[]): number {
  return frames.filter(({ isCommit }) => isCommit).length;
}
