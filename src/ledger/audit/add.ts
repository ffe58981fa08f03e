/** Adds to the audit trail: by itself, or within the commit of what it tells of. */
import type { AuditEntry } from '../../contract/ledger.js';
import { rows, type Program } from '../program.js';
import { now, sql, text, type Sql } from '../sql.js';

export function* addAudit(entry: AuditEntry, requestId: string | null): Program<void> {
  const { who, what, surface, site, address } = entry;
  yield* rows(sql`
    INSERT INTO audit (at, who, what, surface, site, address, request_id, detail)
    VALUES (${now}, ${who}, ${what}, ${surface}, ${site}, ${address}, ${requestId}, ${JSON.stringify(entry.detail)})`);
}

/** One row for each request in `won`; the detail may be made of its columns. */
export function auditWon(entry: Pick<AuditEntry, 'who' | 'what' | 'surface'>, detail: Sql, where = sql`true`): Sql {
  return sql`
    INSERT INTO audit (at, who, what, surface, site, address, request_id, detail)
    SELECT won.decided_at, ${text(entry.who)}, ${text(entry.what)}, ${text(entry.surface)},
      won.site, won.address, won.id, ${detail}
    FROM won WHERE ${where}
    RETURNING id`;
}
