/** The exit codes, for scripts. 64 and above are those of BSD's sysexits(3). */
import type { Signal } from './surroundings.js';

export const EXIT = {
  ok: 0,
  /** The gate answered no: refused, unknown, already decided by somebody else, a check that failed. */
  no: 1,
  usage: 2,
  /** The gate process cannot be reached (EX_UNAVAILABLE). */
  unreachable: 69,
  /** Faults in numbers: the process was stopped so that it is started anew (EX_SOFTWARE). */
  fault: 70,
  /** The configuration has problems (EX_CONFIG). */
  configuration: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A process that a signal ended: 128 and the signal's number, as shells have it. */
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const satisfies Record<Signal, number>;

export const EXIT_HELP = `
Exit codes:
  0   done
  1   the gate said no, or a check failed
  2   wrong usage
  69  the gate process cannot be reached
  70  too many faults of its own: start it again
  78  the configuration has problems`;
