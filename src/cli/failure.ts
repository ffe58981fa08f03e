/** A gate that would not start: which failures are the operator's to mend, in words and as an exit code. */
import { EXIT, type ExitCode } from './exit-code.js';
import { plain } from './plain.js';
import type { Surroundings } from './surroundings.js';

interface Mending {
  readonly exit: ExitCode;
  readonly cure: string;
}

const FOLDER: Mending = { exit: EXIT.configuration, cure: 'See that DATA_DIR is a folder that this user may write.' };

/** Thrown with a message for the operator: a wrong `GATE_SECRET`, a port that is taken; or by the file system. */
const FAILURES: Readonly<Record<string, Mending>> = {
  start_refused: { exit: EXIT.configuration, cure: '' },
  port_refused: { exit: EXIT.configuration, cure: '' },
  ledger_in_use: { exit: EXIT.no, cure: '' },
  ledger_unavailable: { exit: EXIT.unreachable, cure: 'See that the database runs and that DATABASE_URL is right.' },
  trail_missing: { exit: EXIT.configuration, cure: 'Set DATA_DIR to the folder of the gate, or DATABASE_URL.' },
  trail_older: { exit: EXIT.no, cure: 'Run "gate migrate", or start this version of the gate once' },
  EACCES: FOLDER,
  EEXIST: FOLDER,
  ENOTDIR: FOLDER,
  EPERM: FOLDER,
  EROFS: FOLDER,
};

/** `what`: what did not happen. Anything that is not known here is a bug, and goes on as it came. */
export function tellFailure(error: unknown, { err }: Surroundings, what: string): ExitCode {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  const failure = FAILURES[code ?? ''];
  if (failure === undefined) throw error;
  err.write(`${what}: ${plain(message ?? '')}. ${failure.cure}`.replace(/\.?\.\s*$/, '.') + '\n');
  return failure.exit;
}
