/**
 * Seals the audit trail soon after its entries are written, without slowing the writing: small batches with pauses between
 * them, so that the decisions of a burst do not wait; the burst is sealed a little later.
 */
import type { AuditHead, AuditLedger } from '../../contract/ledger.js';
import { leasedTurns, type LeasedTurns, type TurnDeps } from '../leased-turns.js';

/** An entry is sealed about this long after it was written. Until then it could be changed without a trace. */
const EVERY_MS = 1_000;
/** On SQLite 200 entries occupy the one writer for some milliseconds; with the pause that is a twentieth of its time. */
const BATCH = 200;
const PAUSE_MS = 100;

export interface AuditChainDeps extends TurnDeps {
  readonly audit: Pick<AuditLedger, 'isSealDue' | 'seal'>;
  /** Keeps the new head outside the database. */
  readonly keepHead?: (head: AuditHead) => Promise<void>;
}

export function createAuditChain({ audit, keepHead, ...deps }: AuditChainDeps): LeasedTurns {
  return leasedTurns(
    {
      name: 'sealer', // as former versions call the lease: two versions share a database during an upgrade
      firstAfterMs: 0,
      everyMs: EVERY_MS,
      pauseMs: PAUSE_MS,
      isDue: () => audit.isSealDue(),
      async turn({ lease, mayGoOn }) {
        do {
          const sealed = await audit.seal({ lease, limit: BATCH });
          if (sealed.kind === 'sealed') await keepHead?.(sealed.head);
          if (sealed.kind !== 'sealed' || sealed.count < BATCH) return;
        } while (await mayGoOn());
      },
    },
    deps,
  );
}
