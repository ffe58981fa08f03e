/** Whether the database answers and takes writes, and what is wrong where it does not. */
import type { Check } from '../../contract/admin.js';
import { faultIn, type LedgerFault } from '../../contract/ledger-unavailable.js';
import type { Ledger } from '../../contract/ledger.js';

const NAME = 'database';

export async function databaseCheck(ledger: Pick<Ledger, 'ping' | 'probe' | 'fault'>): Promise<Check> {
  try {
    await ledger.ping();
  } catch (error) {
    return failing('does not answer', faultIn(error));
  }
  try {
    await ledger.probe();
  } catch (error) {
    return failing('answers, and takes no writes', faultIn(error));
  }
  // a small write found room, and that of somebody's own act did not
  const fault = ledger.fault();
  if (fault !== null) return failing('answers, and does not take every write', fault);
  return { name: NAME, isOk: true, detail: 'answers', cure: '' };
}

/** Null: nothing to tell, or nobody to ask. */
export async function changesCheck(ledger: Pick<Ledger, 'hearsChanges'>): Promise<Check | null> {
  const isHeard = await ledger.hearsChanges().catch(() => null);
  if (isHeard === null) return null;
  if (isHeard) return { name: 'changes', isOk: true, detail: 'what other processes commit is heard at once', cure: '' };
  return {
    name: 'changes',
    isOk: false,
    detail:
      'what other processes commit is not heard: a note that was sent to ourselves did not arrive. A revocation counts after up to 30 s, and pages of visitors open late',
    cure: 'A pooler in transaction mode (PgBouncer) takes LISTEN and forgets it: let DATABASE_URL name the server itself, or a pool in session mode.',
  };
}

function failing(what: string, fault: LedgerFault | null): Check {
  const cure = fault?.cure ?? 'See that the database runs and that DATABASE_URL or DATA_DIR is right.';
  return { name: NAME, isOk: false, detail: fault === null ? what : `${what}: ${fault.reason}`, cure };
}
