/** What all acts on mail records share: what the audit trail is told of them, and that every process hears of the change. */
import type { AuditEntry } from '../../../contract/ledger.js';
import { announce, type UnitOfWork } from '../../unit-of-work.js';
import { addAudit } from '../audit/add.js';

/** What a record says, for the trail: null before it was made, and after it was removed. */
export type Said = Readonly<Record<string, unknown>> | null;

export interface MailChange {
  /** Which record: `{ provider: 'graph' }`. */
  readonly of: AuditEntry['detail'];
  readonly before: Said;
  readonly after: Said;
}

export function* changed({ of, before, after }: MailChange, audit: AuditEntry): UnitOfWork<void> {
  const detail = { ...audit.detail, ...of, before: inWords(before), after: inWords(after) };
  yield* addAudit({ ...audit, detail }, null);
  yield* announce({ kind: 'mail_records' });
}

function inWords(said: Said): string | null {
  return said === null ? null : JSON.stringify(said);
}
