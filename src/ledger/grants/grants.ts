/** Grants: reading those that live, and the operator's own granting. */
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import type { AuditEntry, GrantLedger, GrantRecord } from '../../contract/ledger.js';
import type { Repeated } from '../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import type { GrantRow } from '../entities/grants.js';
import { announce, row, rows, type Program } from '../program.js';
import { now, nowOnce, sql, text, whole } from '../sql.js';
import { once, REPEATED } from '../replays/once.js';
import { grantRecord, upsertGrant } from './upsert.js';

type Wish = Parameters<GrantLedger['grant']>[0];
type Live = Awaited<ReturnType<GrantLedger['live']>>;

export const IS_LIVE = sql`revoked_at IS NULL AND until > ${nowOnce}`;

export function* liveGrants(): Program<Live> {
  const clock = yield* row<{ now: number }>(sql`SELECT ${now} AS now`);
  const found = yield* rows<GrantRow>(sql`SELECT * FROM grants WHERE ${IS_LIVE} ORDER BY until`);
  return { nowMs: clock?.now ?? 0, grants: found.map(grantRecord) };
}

export function* findGrant(site: SiteKey, address: VisitorAddress): Program<GrantRecord | null> {
  const found = yield* row<GrantRow>(
    sql`SELECT * FROM grants WHERE site = ${site} AND address = ${address} AND ${IS_LIVE}`,
  );
  return found === null ? null : grantRecord(found);
}

export function* grant(wish: Wish, audit: AuditEntry): Program<GrantRecord | Repeated> {
  const { site, address, ttlSeconds, by } = wish;
  if (!(yield* once(wish.replayKey))) return REPEATED;
  const source = sql`
    SELECT ${text(site)}, ${text(address)}, ${now} + ${whole(ttlSeconds * 1000)}, ${now}, ${text(by)}, ${text(null)}
    WHERE true`;
  const written = yield* row<GrantRow>(upsertGrant(source));
  if (written === null) throw new Error('a grant is written or extended');
  const record = grantRecord(written);
  yield* addAudit({ ...audit, detail: { ...audit.detail, grant: record.id, untilMs: record.untilMs } }, null);
  yield* announce({ kind: 'granted', grant: record });
  return record;
}
