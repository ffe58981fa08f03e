/** Writes a grant: a new row, a row that was over or revoked and is used again, or a longer end. Never a shorter one. */
import type { RequestId, SiteKey, VisitorAddress } from '../../approval/brand.js';
import type { GrantRecord } from '../../contract/ledger.js';
import type { GrantRow } from '../entities/grants.js';
import { sql, type Sql } from '../sql.js';

/**
 * `source` selects site, address, until, granted_at, granted_by, request_id, and ends in a WHERE. A row that was revoked gets
 * a new id when it is used again: a process that remembers the old id as revoked must not refuse the new grant.
 */
export function upsertGrant(source: Sql): Sql {
  return sql`
    INSERT INTO grants (site, address, until, granted_at, granted_by, request_id)
    ${source}
    ON CONFLICT (site, address) DO UPDATE SET
      id = CASE WHEN grants.revoked_at IS NULL THEN grants.id ELSE excluded.id END,
      until = ${unlessLonger('until')},
      granted_at = ${unlessLonger('granted_at')},
      granted_by = ${unlessLonger('granted_by')},
      request_id = ${unlessLonger('request_id')},
      revoked_at = NULL
    RETURNING *`;
}

const LIVES_LONGER = sql`grants.revoked_at IS NULL AND grants.until > excluded.until`;

/** The present value where the present grant lives longer than the offered one, otherwise the offered value. */
function unlessLonger(column: 'until' | 'granted_at' | 'granted_by' | 'request_id'): Sql {
  const [mine, offered] = COLUMNS[column];
  return sql`CASE WHEN ${LIVES_LONGER} THEN ${mine} ELSE ${offered} END`;
}

const COLUMNS = {
  until: [sql`grants.until`, sql`excluded.until`],
  granted_at: [sql`grants.granted_at`, sql`excluded.granted_at`],
  granted_by: [sql`grants.granted_by`, sql`excluded.granted_by`],
  request_id: [sql`grants.request_id`, sql`excluded.request_id`],
} as const;

export function grantRecord(row: GrantRow): GrantRecord {
  return {
    id: row.id,
    site: row.site as SiteKey,
    address: row.address as VisitorAddress,
    untilMs: row.until,
    grantedBy: row.granted_by,
    requestId: row.request_id as RequestId | null,
  };
}
