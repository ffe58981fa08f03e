/** Sorts SQLite's errors: those that say what is wrong with the database or its disk, and bugs of ours. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerUnavailable, type LedgerFault } from '../../contract/ledger-unavailable.js';

/** Its files are not those that were opened. Ours, and not SQLite's. */
export const FILES_MOVED = 'LEDGER_FILES_MOVED';

type Kind = Exclude<LedgerFault['kind'], 'away'>;

/** By the first two words of a result (sqlite.org/rescode.html). All others are bugs of ours. */
const KINDS: Readonly<Record<string, Kind>> = {
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'broken',
  SQLITE_READONLY: 'read_only',
  SQLITE_CORRUPT: 'corrupt',
  SQLITE_NOTADB: 'corrupt',
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
  SQLITE_PROTOCOL: 'busy',
  SQLITE_CANTOPEN: 'refused',
  SQLITE_PERM: 'refused',
  [FILES_MOVED]: 'missing',
};

const REASONS: Readonly<Record<Kind, string>> = {
  full: 'its disk is full',
  broken: 'its disk does not work',
  read_only: 'it may not be written',
  corrupt: 'what it holds cannot be read',
  busy: 'another program holds it',
  refused: 'it cannot be opened',
  missing: 'its files in DATA_DIR were moved, deleted or replaced while the gate ran',
};

const CURES: Readonly<Record<Kind, string>> = {
  full: 'Make room on the disk of DATA_DIR. The gate goes on by itself then.',
  broken: 'Look at the disk of DATA_DIR and at the log of the system. The gate goes on by itself once it works.',
  read_only:
    'See that DATA_DIR and the files in it may be written by the user of the gate, and that its disk is not mounted read-only.',
  corrupt:
    'Stop the gate, keep the files of DATA_DIR aside and put a backup back with "gate restore" (docs/backup.md).',
  busy: 'Find the program that has gate.sqlite open, a SQLite shell or a backup that copies files, and end it.',
  refused: 'See that DATA_DIR is there and that the user of the gate may read and write it.',
  missing:
    'Put the files back as they were. To use others, stop the gate first, put them in place ("gate restore") and start it.',
};

/** These say that it cannot answer, and nothing that an operator could mend. */
const SILENT = 'SQLITE_NOMEM';

/** Null: a bug of ours, or a unit of work that asked for what SQLite does not do. */
export function asSqliteFailure(code: string, { file, cause }: { file: string; cause: unknown }): Error | null {
  const family = code === FILES_MOVED ? code : (/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? '');
  const found = KINDS[family];
  if (found === undefined && !code.startsWith(SILENT)) return null;
  // where the shared memory cannot grow, SQLite calls a full disk an error of input and output
  const kind = found === 'broken' && hasNoRoom(file) ? 'full' : found;
  const fault = kind === undefined ? null : { kind, reason: `${REASONS[kind]}${named(code)}`, cure: CURES[kind] };
  return new LedgerUnavailable('the SQLite ledger cannot answer', { cause, fault });
}

function named(code: string): string {
  return code === FILES_MOVED ? '' : ` (${code})`;
}

function hasNoRoom(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
