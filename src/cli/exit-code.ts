/** The exit codes, for scripts. 64 and above are those of BSD's sysexits(3). */

export const EXIT = {
  ok: 0,
  /** The gate answered no: refused, unknown, already decided by somebody else, a check that failed. */
  no: 1,
  usage: 2,
  /** The gate process cannot be reached (EX_UNAVAILABLE). */
  unreachable: 69,
  /** The configuration has problems (EX_CONFIG). */
  configuration: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0   done
  1   the gate said no, or a check failed
  2   wrong usage
  69  the gate process cannot be reached
  78  the configuration has problems`;
