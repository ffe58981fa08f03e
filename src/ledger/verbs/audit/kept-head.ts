/**
 * The head of the trail outside the database, in `DATA_DIR/audit.head`. A database that was put back from an older backup
 * verifies in itself; only what was kept elsewhere tells that acts are missing.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditHead, AuditTrail } from '../../../contract/ledger.js';

const NAME = 'audit.head';
const OWNER_ONLY = 0o600;
const HEAD = /^([1-9]\d{0,9}):([0-9a-f]{64})$/;

/** `1204:5f0c…`, as `gate audit head` prints it. Null: it is none. */
export function headIn(text: string): AuditHead | null {
  const [, number, seal] = HEAD.exec(text.trim()) ?? [];
  return number === undefined || seal === undefined ? null : { number: Number(number), seal };
}

export function headText({ number, seal }: AuditHead): string {
  return `${String(number)}:${seal}`;
}

/** The file is there, and holds no head. */
class NoHead extends Error {
  readonly code = 'it holds no head';
}

/**
 * Null: none was kept yet. Rejects with a `code` for a file that is there and cannot be read, or holds something else: a head may
 * have been in it.
 */
export async function readKeptHead(dataDir: string): Promise<AuditHead | null> {
  try {
    const head = headIn(await readFile(join(dataDir, NAME), 'utf8'));
    if (head === null) throw new NoHead();
    return head;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all. May reject with what the file system says. */
export async function writeKeptHead(dataDir: string, head: AuditHead): Promise<void> {
  const path = join(dataDir, NAME);
  await writeFile(`${path}.new`, `${headText(head)}\n`, { mode: OWNER_ONLY });
  await rename(`${path}.new`, path);
}

/** Whether the trail still has this seal under this number. */
export async function holdsHead(trail: Pick<AuditTrail, 'sealed'>, { number, seal }: AuditHead): Promise<boolean> {
  const [found] = await trail.sealed({ after: number - 1, limit: 1 });
  return found?.number === number && found.seal === seal;
}
