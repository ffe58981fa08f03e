/** A gate that would not start: which failures are the operator's to mend, in words and as an exit code. */
import { EXIT, type ExitCode } from './exit-code.js';
import { plain } from './plain.js';
import type { Surroundings } from './surroundings.js';

/** Thrown with a message for the operator: a wrong `GATE_SECRET`, a port that is taken. */
const FAILURES: Readonly<Record<string, { readonly exit: ExitCode; readonly cure: string }>> = {
  start_refused: { exit: EXIT.configuration, cure: '' },
  port_refused: { exit: EXIT.configuration, cure: '' },
  ledger_in_use: { exit: EXIT.no, cure: '' },
  ledger_unavailable: { exit: EXIT.unreachable, cure: 'See that the database runs and that DATABASE_URL is right.' },
};

/** `what`: what did not happen. Anything that is not known here is a bug, and goes on as it came. */
export function tellFailure(error: unknown, { err }: Surroundings, what: string): ExitCode {
  const failure = error instanceof Error && 'code' in error ? FAILURES[String(error.code)] : undefined;
  if (failure === undefined || !(error instanceof Error)) throw error;
  err.write(`${what}: ${plain(error.message)}. ${failure.cure}`.replace(/\.?\.\s*$/, '.') + '\n');
  return failure.exit;
}
