/** Reads the audit trail, newest first. */
import type { RequestId } from '../../approval/brand.js';
import type { AuditEntry, AuditRow } from '../../contract/ledger.js';
import type { AuditTableRow } from '../entities/audit.js';
import { rows, type Program } from '../program.js';
import { sql, whole } from '../sql.js';

export function* recentAudit(limit: number, site?: string): Program<readonly AuditRow[]> {
  const ofSite = site === undefined ? sql`true` : sql`site = ${site}`;
  const found = yield* rows<AuditTableRow>(
    sql`SELECT * FROM audit WHERE ${ofSite} ORDER BY id DESC LIMIT ${whole(limit)}`,
  );
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
