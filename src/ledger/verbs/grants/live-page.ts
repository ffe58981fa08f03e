/**
 * One page of the live grants. A gate reads a million of them every half minute, so a row is not a grant: it holds all that
 * one approver granted on one site, as lists that the database builds, which saves objects. Pages go by id, the order in which
 * rows are stored: each reads one range, and never looks at more than `limit` rows, however many of these are not live.
 */
import type { SiteKey } from '../../../approval/brand.js';
import type { LiveGroup, LivePage } from '../../../contract/ledger.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole, type Spelling } from '../../sql.js';
import { IS_LIVE } from './grants.js';

interface Seen {
  readonly now: number;
  readonly looked: number;
  /** Null where there are none. */
  readonly last: number | null;
}

interface GroupRow {
  readonly site: string;
  readonly granted_by: string;
  readonly ids: string;
  readonly addresses: string;
  readonly untils: string;
}

/** All values of a group as one JSON list. Those of one row stand in the same order. */
const asList: Spelling = { sqlite: 'json_group_array', postgres: 'json_agg' };

/** Without it PostgreSQL, going by statistics of a once emptier table, may walk all live grants for every page. */
const fenced: Spelling = { sqlite: 'NOT MATERIALIZED', postgres: 'MATERIALIZED' };

export function* livePage(after: number, limit: number): UnitOfWork<LivePage> {
  const seen = yield* row<Seen>(sql`
    SELECT ${now} AS now, count(*) AS looked, max(id) AS last
    FROM (SELECT id FROM grants WHERE id > ${whole(after)} ORDER BY id LIMIT ${whole(limit)}) AS page`);
  const last = seen?.last ?? null;
  if (seen === null || last === null) return { nowMs: seen?.now ?? 0, groups: [], next: null };
  const groups = yield* rows<GroupRow>(sql`
    WITH page AS ${fenced} (
      SELECT id, site, address, until, granted_by, revoked_at FROM grants
      WHERE id > ${whole(after)} AND id <= ${whole(last)})
    SELECT site, granted_by, CAST(${asList}(id) AS text) AS ids, CAST(${asList}(address) AS text) AS addresses,
      CAST(${asList}(until) AS text) AS untils
    FROM page WHERE ${IS_LIVE} GROUP BY site, granted_by`);
  return { nowMs: seen.now, groups: groups.map(liveGroup), next: seen.looked < limit ? null : last };
}

function liveGroup({ site, granted_by, ids, addresses, untils }: GroupRow): LiveGroup {
  return {
    site: site as SiteKey,
    grantedBy: granted_by,
    ids: JSON.parse(ids) as LiveGroup['ids'],
    addresses: JSON.parse(addresses) as LiveGroup['addresses'],
    untilsMs: JSON.parse(untils) as LiveGroup['untilsMs'],
  };
}
