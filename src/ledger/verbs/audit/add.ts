/** Adds entries to the audit trail, within the commit of what they tell of wherever there is one. */
import type { RequestId } from '../../../approval/brand.js';
import type { AuditEntry } from '../../../contract/ledger.js';
import { audit } from '../../tables/audit.js';
import { cellsOf, insertFrom, insertInto, type NewRow } from '../../tables/insert.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, type Sql } from '../../sql.js';

export function* addAudit(entry: AuditEntry, requestId: RequestId | null): UnitOfWork<void> {
  const { who, what, surface, site, address } = entry;
  const detail = JSON.stringify(entry.detail);
  yield* rows(insertInto(audit, { at: now, who, what, surface, site, address, request_id: requestId, detail }));
}

/** What is noted of each request in `won`, or of those that `where` lets through; the detail may be made of its columns. */
export interface NoteOfWon extends Pick<AuditEntry, 'who' | 'what' | 'surface'> {
  readonly detail: Sql;
  readonly where?: Sql;
}

/** Two rows for a request, in this order. */
export function auditWon(first: NoteOfWon, second: NoteOfWon): Sql {
  return sql`
    ${insertFrom(audit, noteOf(first), wonFor(first))}
    UNION ALL SELECT ${cellsOf(audit, noteOf(second))} ${wonFor(second)}
    RETURNING id`;
}

function noteOf({ who, what, surface, detail }: NoteOfWon): NewRow<typeof audit.columns> {
  const won = { at: sql`won.decided_at`, site: sql`won.site`, address: sql`won.address`, request_id: sql`won.id` };
  return { ...won, who, what, surface, detail };
}

function wonFor({ where = sql`true` }: NoteOfWon): Sql {
  return sql`FROM won WHERE ${where}`;
}
