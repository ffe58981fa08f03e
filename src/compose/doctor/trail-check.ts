/** What `gate doctor` says of the audit trail: whether it is being sealed. Whether it is whole, `gate audit verify` says. */
import type { Check } from '../../contract/admin.js';
import type { Ledger } from '../../contract/ledger.js';
import { SEALED_WITHIN_MS } from '../../ledger/verbs/audit/verify.js';

const NAME = 'audit trail';

export async function trailCheck({ audit }: Pick<Ledger, 'audit'>): Promise<Check> {
  const tail = await audit.unsealed().catch(() => null);
  if (tail === null)
    return {
      name: NAME,
      isOk: false,
      detail: 'unknown: the database does not answer',
      cure: 'See what is said of the database.',
    };
  const { count, oldestAgeMs } = tail;
  if (oldestAgeMs === null) return { name: NAME, isOk: true, detail: 'every entry is sealed', cure: '' };
  const detail = `entries that wait for their seal: ${String(count)}, the oldest for ${String(Math.round(oldestAgeMs / 1_000))} s`;
  if (oldestAgeMs <= SEALED_WITHIN_MS) return { name: NAME, isOk: true, detail, cure: '' };
  return {
    name: NAME,
    isOk: false,
    detail,
    cure: 'Run a process with the role courier; if one runs, its log says why it fails.',
  };
}
