/** Adds entries to the audit trail, within the commit of what they tell of wherever there is one. */
import type { AuditEntry } from '../../contract/ledger.js';
import { rows, type Program } from '../program.js';
import { now, sql, text, type Sql } from '../sql.js';

export function* addAudit(entry: AuditEntry, requestId: string | null): Program<void> {
  const { who, what, surface, site, address } = entry;
  yield* rows(sql`
    INSERT INTO audit (at, who, what, surface, site, address, request_id, detail)
    VALUES (${now}, ${who}, ${what}, ${surface}, ${site}, ${address}, ${requestId}, ${JSON.stringify(entry.detail)})`);
}

/** What is noted of each request in `won`, or of those that `where` lets through; the detail may be made of its columns. */
export interface NoteOfWon extends Pick<AuditEntry, 'who' | 'what' | 'surface'> {
  readonly detail: Sql;
  readonly where?: Sql;
}

/** Two rows for a request, in this order. */
export function auditWon(first: NoteOfWon, second: NoteOfWon): Sql {
  return sql`
    INSERT INTO audit (at, who, what, surface, site, address, request_id, detail)
    ${noteOf(first)} UNION ALL ${noteOf(second)}
    RETURNING id`;
}

function noteOf({ who, what, surface, detail, where = sql`true` }: NoteOfWon): Sql {
  return sql`
    SELECT won.decided_at, ${text(who)}, ${text(what)}, ${text(surface)}, won.site, won.address, won.id, ${detail}
    FROM won WHERE ${where}`;
}
