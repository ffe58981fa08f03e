/** The entry of the audit trail for an operator's act; over what it was, and before and after, the ledger adds. */
import type { AuditEntry } from '../contract/ledger.js';
import type { OperatorsAct } from '../contract/operators-queue.js';

export function auditOf({ who, surface }: OperatorsAct, what: string): AuditEntry {
  return { who, what, surface, site: null, address: null, detail: {} };
}
