/** The audit trail for the console: what `gate audit` reads, through the ledger of this process. */
import type { ReadTrail } from '../../contract/admin.js';
import type { AuditHead, AuditTrail } from '../../contract/ledger.js';
import { exportTrail } from '../../ledger/audit/export.js';
import { isWhole, verdictLines } from '../../ledger/audit/verdict.js';
import { readKeptHead } from '../../ledger/verbs/audit/kept-head.js';
import { verifyTrail } from '../../ledger/verbs/audit/verify.js';

export interface ReadTrailDeps {
  readonly ledger: { readonly audit: AuditTrail };
  readonly dataDir: string;
}

export function readTrail({ ledger, dataDir }: ReadTrailDeps): ReadTrail {
  return {
    async verify() {
      const kept = await keptHere(dataDir);
      const found = await verifyTrail(ledger.audit, kept.head);
      const lines = verdictLines(found, { own: kept.head });
      if (!kept.isUnreadable) return { isWhole: isWhole(found), lines };
      const unread = 'DATA_DIR/audit.head cannot be read, so nobody knows whether acts are missing at the end.';
      return { isWhole: false, lines: [...lines, unread] };
    },
    export: (input) => exportTrail(ledger.audit, input),
  };
}

/** A file that is there and cannot be read proves nothing. */
async function keptHere(dataDir: string): Promise<{ readonly head: AuditHead | null; readonly isUnreadable: boolean }> {
  try {
    return { head: await readKeptHead(dataDir), isUnreadable: false };
  } catch {
    return { head: null, isUnreadable: true };
  }
}
