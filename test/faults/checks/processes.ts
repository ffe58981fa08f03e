/** Processes end when they are told to, and only then. */
import type { Check } from './evidence.js';

/** The database does not answer: what `gate serve` says when it starts without one. */
const UNREACHABLE = 69;

export const endsOnlyWhenTold: Check = ({ gates, hasOutages }) =>
  gates.flatMap(({ name, unbidden }) =>
    unbidden
      .filter(({ code }) => !(hasOutages && code === UNREACHABLE))
      .map(({ code, signal, said }) => `${name} ended by itself (${String(code ?? signal)}): ${said.slice(-400)}`),
  );

/** What a stop says that could not wait any longer: for a database that is away, or for its turn on a busy machine. */
const CUT_SHORT = '"msg":"the stop took too long and was cut short"';

/** The log's `error` is for what should not be: faults from outside are warnings. */
export const logsNoBugs: Check = ({ gates, hasOutages, suffered }) => {
  const isExcused = hasOutages || suffered.isMachineBusy;
  return gates.flatMap(({ errors }) => errors.filter((line) => !(isExcused && line.includes(CUT_SHORT))).slice(0, 3));
};

export const stopsInTime: Check = ({ suffered }) => suffered.broken;
