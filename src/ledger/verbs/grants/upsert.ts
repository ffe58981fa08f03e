/** Writes a grant: a new row, a row that was over or revoked and is used again, or a longer end. Never a shorter one. */
import type { GrantRecord } from '../../../contract/ledger.js';
import { grants, type GrantRow } from '../../tables/grants.js';
import { insertFrom, type NewRow } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { sql, verbatim, type Sql } from '../../sql.js';

/**
 * `source` ends in a WHERE. A row that was revoked gets a new id when it is used again: a process that remembers the old id as
 * revoked must not refuse the new grant.
 */
export function upsertGrant(row: NewRow<typeof grants.columns>, source: Sql): Sql {
  return sql`
    ${insertFrom(grants, row, source)}
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
function unlessLonger(column: keyof GrantRow): Sql {
  return sql`CASE WHEN ${LIVES_LONGER} THEN grants.${verbatim(column)} ELSE excluded.${verbatim(column)} END`;
}

export const grantRecord: (row: GrantRow) => GrantRecord = mapper(
  grants,
  'id',
  'site',
  'address',
  'until',
  'granted_by',
  'request_id',
);
