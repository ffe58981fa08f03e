/** A gate that would not start: which failures are the operator's to mend, in words and as an exit code. */
import { EXIT, type ExitCode } from './exit-code.js';
import { plain } from './plain.js';
import type { Surroundings } from './surroundings.js';

/** Thrown with a message for the operator: a wrong `GATE_SECRET`, a port that is taken. */
const CODES: Readonly<Record<string, ExitCode>> = {
  start_refused: EXIT.configuration,
  port_refused: EXIT.configuration,
  ledger_unavailable: EXIT.unreachable,
};

/** Anything else is a bug, and goes on as it came. */
export function tellStartFailure(error: unknown, { err }: Surroundings): ExitCode {
  const code = error instanceof Error && 'code' in error ? CODES[String(error.code)] : undefined;
  if (code === undefined || !(error instanceof Error)) throw error;
  err.write(`The gate did not start: ${plain(error.message)}\n`);
  return code;
}
