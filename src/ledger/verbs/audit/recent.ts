/** Reads the audit trail, newest first. */
import type { AuditEntry, AuditRow } from '../../../contract/ledger.js';
import { audit, type AuditTableRow } from '../../tables/audit.js';
import { mapper } from '../../tables/mapper.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, whole, type Sql } from '../../sql.js';

const known = mapper(audit, 'id', 'at', 'who', 'what', 'surface', 'site', 'address', 'request_id', 'detail');

export function* recentAudit(limit: number, site?: string): UnitOfWork<readonly AuditRow[]> {
  const found = yield* rows<AuditTableRow>(site === undefined ? newest(sql`true`, limit) : newestOf(site, limit));
  return found.map((entry) => ({ ...known(entry), detail: JSON.parse(entry.detail) as AuditEntry['detail'] }));
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
