/** Mutes: sites, and addresses on them, from which nobody is asked for a while. Openings ask here, by the database's clock. */
import type { SiteKey, VisitorAddress } from '../../../approval/brand.js';
import type { AuditEntry, MuteLedger, MuteRecord } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import { columnsOf } from '../../tables/columns.js';
import { insertFrom } from '../../tables/insert.js';
import { mutes, type MuteRow } from '../../tables/limits.js';
import { mapper } from '../../tables/mapper.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { once, REPEATED } from '../replays/once.js';
import { greatest, now, nowOnce, oneOf, sql, whole } from '../../sql.js';

type MuteInput = Parameters<MuteLedger['mute']>[0];
type UnmuteInput = Parameters<MuteLedger['unmute']>[0];

/** A whole site, as its row spells it: part of a primary key is never null. */
const WHOLE_SITE = '';

const SITE = columnsOf(mutes, 'site');

export function* mute(input: MuteInput, audit: AuditEntry): UnitOfWork<readonly MuteRecord[] | Repeated> {
  const { address, ttlSeconds, by } = input;
  if (input.sites.length === 0) return [];
  if (!(yield* once(input.replayKey))) return REPEATED;
  yield* rows(sql`DELETE FROM mutes WHERE until <= ${nowOnce}`);
  const made = recordset(
    'made',
    sorted(input.sites).map((site) => ({ site })),
    SITE,
  );
  const before = yield* rows<Pick<MuteRow, 'site' | 'until'>>(sql`
    SELECT site, until FROM mutes WHERE site ${oneOf(sorted(input.sites), 'text')} AND address = ${address ?? WHOLE_SITE}`);
  const until = sql`${now} + ${whole(ttlSeconds * 1000)}`;
  const offered = { ...fieldsOf('made', SITE), address: address ?? WHOLE_SITE, until, muted_by: by };
  const muted = yield* rows<MuteRow>(sql`
    ${insertFrom(mutes, offered, sql`FROM ${made} WHERE true`)}
    ON CONFLICT (site, address) DO UPDATE SET
      until = ${greatest}(mutes.until, excluded.until),
      muted_by = CASE WHEN mutes.until > excluded.until THEN mutes.muted_by ELSE excluded.muted_by END
    RETURNING *`);
  const were = new Map(before.map((one) => [one.site, one.until]));
  yield* auditEach(muted, audit, ({ site, until: after }) => ({ before: were.get(site) ?? null, after }));
  return muted.map(muteRecord);
}

export function* unmute(input: UnmuteInput, audit: AuditEntry): UnitOfWork<readonly MuteRecord[] | Repeated> {
  const { sites, address } = input;
  if (sites.length === 0) return [];
  if (!(yield* once(input.replayKey))) return REPEATED;
  const ended = yield* rows<MuteRow>(sql`
    DELETE FROM mutes
    WHERE site ${oneOf(sorted(sites), 'text')} AND address = ${address ?? WHOLE_SITE} AND until > ${nowOnce}
    RETURNING *`);
  yield* auditEach(ended, audit, ({ until }) => ({ before: until, after: null }));
  return ended.map(muteRecord);
}

export function* liveMutes(): UnitOfWork<readonly MuteRecord[]> {
  const found = yield* rows<MuteRow>(sql`SELECT * FROM mutes WHERE until > ${nowOnce} ORDER BY site, address`);
  return found.map(muteRecord);
}

/** Until when one of the sites, or the address on it, is muted, as epoch milliseconds; null where none is. */
export function* mutedUntil(sites: readonly SiteKey[], address: VisitorAddress): UnitOfWork<number | null> {
  if (sites.length === 0) return null;
  const longest = yield* row<Pick<MuteRow, 'until'>>(sql`
    SELECT until FROM mutes
    WHERE site ${oneOf(sites, 'text')} AND address IN (${WHOLE_SITE}, ${address}) AND until > ${nowOnce}
    ORDER BY until DESC LIMIT 1`);
  return longest?.until ?? null;
}

/** Each once and in sorted order, so that two calls for the same sites cannot deadlock. */
function sorted(sites: readonly SiteKey[]): readonly SiteKey[] {
  return [...new Set(sites)].sort();
}

/** `change`: until when it was muted, and is; null: not. */
function* auditEach(
  mutes: readonly MuteRow[],
  audit: AuditEntry,
  change: (mute: MuteRow) => { readonly before: number | null; readonly after: number | null },
): UnitOfWork<void> {
  for (const mute of mutes) {
    const detail = { ...audit.detail, untilMs: mute.until, ...change(mute) };
    yield* addAudit({ ...audit, site: mute.site, detail }, null);
  }
}

const known = mapper(mutes, 'site', 'until');

function muteRecord(mute: MuteRow): MuteRecord {
  const address = mute.address === WHOLE_SITE ? null : (mute.address as VisitorAddress);
  return { ...known(mute), address, by: mute.muted_by };
}
