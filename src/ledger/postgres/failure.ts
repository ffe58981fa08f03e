/** Sorts PostgreSQL's errors: those that a second run cures, those that say "cannot answer", and bugs. */
import { isLedgerUnavailable, LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import { faultOf } from './faults.js';

/** Serialization failure and deadlock: the whole transaction was undone and may run again (appendix A of its manual). */
const RUN_AGAIN = new Set(['40001', '40P01']);

/** SQLSTATE classes of bugs: what we sent was wrong. */
const BUG_CLASSES = new Set(['22', '23', '26', '42']);

/** In the same class, and the operator's to mend: our user may not, or a backup is being put back under us and a table is not there yet. */
const NO_BUGS = new Set(['42501', '42P01']);

/** Where a migration of a newer version changed a table: "cached plan must not change result type", which has no code of its own. */
const STALE_PLAN = { code: '0A000', routine: 'RevalidateCachedQuery' };

/** Unknown here, or there already: a pooler between us gives us another connection each time, and does not follow names. */
const NAMES_DO_NOT_LAST = new Set(['26000', '42P05']);

/** The server's last words to a session: it is stopped, or another process of it crashed. */
const LAST_WORDS = new Set(['57P01', '57P02']);

export function endsConnection(error: unknown): boolean {
  return LAST_WORDS.has(sqlState(error));
}

/** Said by the server, which is there then. */
export function isServers(error: unknown): boolean {
  return sqlState(error) !== '';
}

export type Cure = 'run_again' | 'run_with_new_names' | 'run_without_names';

/**
 * What lets a verb be run again. The statement that failed changed nothing, and its transaction was undone; where a verb has
 * none around it, each of its statements is guarded, and finds what an earlier one has done already.
 */
export function cureOf(error: unknown): Cure | null {
  const code = sqlState(error);
  if (RUN_AGAIN.has(code)) return 'run_again';
  if (NAMES_DO_NOT_LAST.has(code)) return 'run_without_names';
  const { routine } = error as { readonly routine?: unknown };
  return code === STALE_PLAN.code && routine === STALE_PLAN.routine ? 'run_with_new_names' : null;
}

/** The server is a standby in recovery. The code is the one by which it would refuse a write (appendix A of its manual). */
export class StandbyRefused extends Error {
  readonly code = '25006';

  constructor() {
    super('the server is a standby in recovery');
  }
}

/** An error of the server that is a bug of ours stays what it is; everything else means: out of reach. */
export function asLedgerFailure(error: unknown): unknown {
  const code = sqlState(error);
  if (BUG_CLASSES.has(code.slice(0, 2)) && !NO_BUGS.has(code)) return error;
  if (error instanceof TypeError || error instanceof ReferenceError) return error;
  return new LedgerUnavailable('PostgreSQL cannot answer', { cause: error, fault: faultOf(error) });
}

/** At the start the reason's code is told, since that is no secret and says what to mend: ECONNREFUSED, 28P01, 3D000. */
export function asOpeningFailure(error: unknown): unknown {
  if (!isLedgerUnavailable(asLedgerFailure(error))) return error;
  const { code } = error as Partial<NodeJS.ErrnoException>;
  const fault = faultOf(error);
  const why = fault === null || fault.reason === code ? '' : `: ${fault.reason.replace(/ \(\w+\)$/, '')}`;
  const message = `PostgreSQL cannot be used${code === undefined ? '' : ` (${code})`}${why}`;
  return new LedgerUnavailable(message, { cause: error, fault });
}

function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}
