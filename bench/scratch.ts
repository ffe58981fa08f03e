/** Folders for what a bench writes, on a real disk: an fsync into memory would cost nothing and prove nothing. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scratch {
  readonly folder: string;
  readonly remove: () => void;
}

/** Linux's own number for tmpfs (linux/magic.h). */
const TMPFS = 0x0102_1994;

export function scratch(name: string): Scratch {
  const folder = mkdtempSync(join(tmpdir(), `gate-bench-${name}-`));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (statfsSync(folder).type !== TMPFS) return { folder, remove };
  remove();
  throw new Error(`${tmpdir()} lies in memory, where an fsync costs nothing: set TMPDIR to a folder on a disk.`);
}
