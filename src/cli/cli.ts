/** What every verb of the command line works with. */
import type { ExitCode } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

/** What a verb is given when it is added to the program. */
export interface Cli {
  readonly surroundings: Surroundings;
  /** How the process will end. */
  readonly end: (code: ExitCode) => void;
}

export interface CommonOptions {
  readonly json?: true;
  readonly as?: string;
}
