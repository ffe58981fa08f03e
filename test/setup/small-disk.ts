/** Disks that run full, and folders that nobody can write: real ones, by the means of the operating system. */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Until not a byte more can be written. */
  fill(): void;
  /** As it was before it was filled. */
  empty(): void;
  remove(): void;
}

/** Room for a ledger and its log, and little more. */
const SIZE_MIB = 12;
const CHUNKS = [1_048_576, 4_096, 512] as const;
const IS_ROOT = userInfo().uid === 0;

/** Why no small disk can be had here; null where one can. */
export function whyNoSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'gate-disk-'));
  const why = mount('-t', 'tmpfs', '-o', `size=${String(SIZE_MIB)}m`, 'tmpfs', folder);
  if (why === null) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return why;
}

export function openSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'gate-disk-'));
  const why = mount('-t', 'tmpfs', '-o', `size=${String(SIZE_MIB)}m`, 'tmpfs', folder);
  if (why !== null) throw new Error(why);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      for (const size of CHUNKS) while (isWritten(file, size)) continue;
      closeSync(file);
      if (statfsSync(folder).bavail !== 0) throw new Error('a disk that was filled has room');
    },
    empty: () => rmSync(ballast, { force: true }),
    remove() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isWritten(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch {
    return false;
  }
}

/** For root, whom no mode stops, by a mount of the folder on itself. Answers how to make it writable again. */
export function makeReadOnly(folder: string): () => void {
  if (!IS_ROOT) {
    chmodSync(folder, 0o500);
    return () => chmodSync(folder, 0o700);
  }
  const why = mount('--bind', folder, folder) ?? mount('-o', 'remount,bind,ro', folder);
  if (why !== null) throw new Error(why);
  return () => void spawnSync('umount', ['-l', folder]);
}

/** Why a folder cannot be made read-only here; null where it can. */
export function whyNoReadOnly(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'gate-read-only-'));
  try {
    makeReadOnly(folder)();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be mounted';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null: it is mounted; else why not. */
function mount(...words: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status === 0) return null;
  return `mount is not allowed here: ${error?.message ?? stderr.split('\n')[0] ?? ''}`;
}
