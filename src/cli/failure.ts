/** Failures that an operator can fix, in words and as an exit code. */
import { faultIn } from '../contract/ledger-unavailable.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { plain } from '../base/text/plain.js';
import type { Surroundings } from './surroundings.js';

interface Mending {
  readonly exit: ExitCode;
  readonly cure: string;
}

const FOLDER: Mending = { exit: EXIT.configuration, cure: 'See that DATA_DIR is a folder that this user may write.' };
const FULL: Mending = { exit: EXIT.unreachable, cure: 'See that the disk of DATA_DIR has room.' };
const DISK: Mending = { exit: EXIT.unreachable, cure: 'See that the disk of DATA_DIR works.' };
const NO_LEDGER: Mending = {
  exit: EXIT.configuration,
  cure: 'See that DATA_DIR is the folder of the gate, or put a copy of its database back.',
};

/**
 * Thrown with a message for the operator: a wrong `GATE_SECRET`, a port that is taken; by the file system; or by SQLite, whose
 * results are known by their first two words (sqlite.org/rescode.html).
 */
const FAILURES: Readonly<Record<string, Mending>> = {
  start_refused: { exit: EXIT.configuration, cure: '' },
  folder_refused: FOLDER,
  port_refused: { exit: EXIT.configuration, cure: '' },
  backup_refused: { exit: EXIT.no, cure: '' },
  ledger_in_use: { exit: EXIT.no, cure: '' },
  ledger_unavailable: { exit: EXIT.unreachable, cure: 'See that the database runs and that DATABASE_URL is right.' },
  trail_missing: { exit: EXIT.configuration, cure: 'Set DATA_DIR to the folder of the gate, or DATABASE_URL.' },
  trail_older: { exit: EXIT.no, cure: 'Run "gate migrate", or start this version of the gate once' },
  SQLITE_FULL: FULL,
  SQLITE_IOERR: DISK,
  SQLITE_READONLY: FOLDER,
  SQLITE_CANTOPEN: FOLDER,
  SQLITE_CORRUPT: NO_LEDGER,
  SQLITE_NOTADB: NO_LEDGER,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EACCES: FOLDER,
  EEXIST: FOLDER,
  ENOTDIR: FOLDER,
  EPERM: FOLDER,
  EROFS: FOLDER,
};

/** `what`: what did not happen. A failure that is not known here is a bug and is thrown again. */
export function tellFailure(error: unknown, { err }: Surroundings, what: string): ExitCode {
  const { code, message } = closestOf(error);
  const failure = FAILURES[familyOf(code)];
  if (failure === undefined) throw error;
  const cure = faultIn(error)?.cure ?? failure.cure;
  err.write(`${what}: ${plain(message ?? '')}. ${cure}`.replace(/\.?\.\s*$/, '.') + '\n');
  return failure.exit;
}

/** Where SQLite is the cause, its own words say more than `LedgerUnavailable` does. */
function closestOf(error: unknown): Partial<NodeJS.ErrnoException> {
  const { code, cause } = error as Partial<NodeJS.ErrnoException> & { readonly cause?: Partial<NodeJS.ErrnoException> };
  if (code === 'backup_refused') return error as Partial<NodeJS.ErrnoException>; // it names the file, which need not lie in DATA_DIR
  return cause?.code?.startsWith('SQLITE_') === true ? cause : (error as Partial<NodeJS.ErrnoException>);
}

function familyOf(code = ''): string {
  return /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code;
}
