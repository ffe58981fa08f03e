/** Reads the audit trail, newest first. */
import type { RequestId } from '../../approval/brand.js';
import type { AuditEntry, AuditRow } from '../../contract/ledger.js';
import type { AuditTableRow } from '../entities/audit.js';
import { rows, type Program } from '../program.js';
import { sql, whole, type Sql } from '../sql.js';

export function* recentAudit(limit: number, site?: string): Program<readonly AuditRow[]> {
  const found = yield* rows<AuditTableRow>(site === undefined ? newest(sql`true`, limit) : newestOf(site, limit));
  return found.map((entry) => ({
    id: entry.id,
    atMs: entry.at,
    who: entry.who,
    what: entry.what,
    surface: entry.surface,
    site: entry.site,
    address: entry.address,
    requestId: entry.request_id as RequestId | null,
    detail: JSON.parse(entry.detail) as AuditEntry['detail'],
  }));
}

function newest(where: Sql, limit: number): Sql {
  return sql`SELECT * FROM audit WHERE ${where} ORDER BY id DESC LIMIT ${whole(limit)}`;
}

/** Sealed entries are found by the index of sites, which has only those; the few unsealed ones by an index of their own. */
function newestOf(site: string, limit: number): Sql {
  const sealed = newest(sql`site = ${site} AND number IS NOT NULL`, limit);
  const unsealed = newest(sql`site = ${site} AND number IS NULL`, limit);
  return sql`
    SELECT * FROM (SELECT * FROM (${sealed}) sealed UNION ALL SELECT * FROM (${unsealed}) unsealed) entries
    ORDER BY id DESC LIMIT ${whole(limit)}`;
}
