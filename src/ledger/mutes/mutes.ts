/** Mutes: sites, and addresses on them, from which nobody is asked for a while. Openings ask here, by the database's clock. */
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import type { AuditEntry, MuteLedger, MuteRecord } from '../../contract/ledger.js';
import type { Repeated } from '../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import type { MuteRow } from '../entities/limits.js';
import { row, rows, type Program } from '../program.js';
import { once, REPEATED } from '../replays/once.js';
import { greatest, now, nowOnce, oneOf, recordset, sql, text, whole } from '../sql.js';

type MuteWish = Parameters<MuteLedger['mute']>[0];
type UnmuteWish = Parameters<MuteLedger['unmute']>[0];

/** A whole site, as its row spells it: part of a primary key is never null. */
const WHOLE_SITE = '';

export function* mute(wish: MuteWish, audit: AuditEntry): Program<readonly MuteRecord[] | Repeated> {
  const { address, ttlSeconds, by } = wish;
  if (wish.sites.length === 0) return [];
  if (!(yield* once(wish.replayKey))) return REPEATED;
  yield* rows(sql`DELETE FROM mutes WHERE until <= ${nowOnce}`);
  const sites = sorted(wish.sites).map((site) => ({ site }));
  const muted = yield* rows<MuteRow>(sql`
    INSERT INTO mutes (site, address, until, muted_by)
    SELECT made.site, ${text(address ?? WHOLE_SITE)}, ${now} + ${whole(ttlSeconds * 1000)}, ${text(by)}
    FROM ${recordset('made', JSON.stringify(sites), { site: 'text' })} WHERE true
    ON CONFLICT (site, address) DO UPDATE SET
      until = ${greatest}(mutes.until, excluded.until),
      muted_by = CASE WHEN mutes.until > excluded.until THEN mutes.muted_by ELSE excluded.muted_by END
    RETURNING *`);
  yield* auditEach(muted, audit);
  return muted.map(muteRecord);
}

export function* unmute(wish: UnmuteWish, audit: AuditEntry): Program<readonly MuteRecord[] | Repeated> {
  const { sites, address } = wish;
  if (sites.length === 0) return [];
  if (!(yield* once(wish.replayKey))) return REPEATED;
  const ended = yield* rows<MuteRow>(sql`
    DELETE FROM mutes
    WHERE site ${oneOf(sorted(sites), 'text')} AND address = ${address ?? WHOLE_SITE} AND until > ${nowOnce}
    RETURNING *`);
  yield* auditEach(ended, audit);
  return ended.map(muteRecord);
}

export function* liveMutes(): Program<readonly MuteRecord[]> {
  const found = yield* rows<MuteRow>(sql`SELECT * FROM mutes WHERE until > ${nowOnce} ORDER BY site, address`);
  return found.map(muteRecord);
}

/** Until when the site, or the address on it, is muted, as epoch milliseconds; null where it is not, or `site` is null. */
export function* mutedUntil(site: SiteKey | null, address: VisitorAddress): Program<number | null> {
  if (site === null) return null;
  const longest = yield* row<{ until: number }>(sql`
    SELECT until FROM mutes
    WHERE site = ${site} AND address IN (${WHOLE_SITE}, ${address}) AND until > ${nowOnce}
    ORDER BY until DESC LIMIT 1`);
  return longest?.until ?? null;
}

/** Each once and in sorted order, so that two calls for the same sites cannot deadlock. */
function sorted(sites: readonly SiteKey[]): readonly SiteKey[] {
  return [...new Set(sites)].sort();
}

function* auditEach(mutes: readonly MuteRow[], audit: AuditEntry): Program<void> {
  for (const { site, until } of mutes) {
    yield* addAudit({ ...audit, site, detail: { ...audit.detail, untilMs: until } }, null);
  }
}

function muteRecord({ site, address, until, muted_by }: MuteRow): MuteRecord {
  return {
    site: site as SiteKey,
    address: address === WHOLE_SITE ? null : (address as VisitorAddress),
    untilMs: until,
    by: muted_by,
  };
}
