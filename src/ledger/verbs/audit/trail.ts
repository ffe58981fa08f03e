/** Reads the trail whole, page by page, for whoever verifies or exports it. Every page is one statement: one snapshot. */
import type { AuditHead, AuditTrail, Sealed, TrailEntry, TrailPage } from '../../../contract/ledger.js';
import type { AuditHeadRow, AuditTableRow, SealRow } from '../../tables/audit.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { erasedIn, hiddenOf, storedEntry } from './rows.js';
import { IS_UNSEALED } from './seal.js';

type Unsealed = Awaited<ReturnType<AuditTrail['unsealed']>>;
type Strays = Awaited<ReturnType<AuditTrail['strays']>>;

export function* trailHead(): UnitOfWork<AuditHead | null> {
  const head = yield* row<AuditHeadRow>(sql`SELECT * FROM audit_head WHERE id = 1 AND number > 0`);
  return head === null ? null : { number: head.number, seal: head.seal };
}

type SealedRow = SealRow &
  Omit<AuditTableRow, 'id'> & { readonly id: number | null; readonly own_number: number | null };

export function* sealedPage(input: { readonly after: number; readonly limit: number }): UnitOfWork<readonly Sealed[]> {
  const found = yield* rows<SealedRow>(sql`
    SELECT seals.*, audit.id, audit.number AS own_number, audit.at, audit.who, audit.what, audit.surface, audit.site,
      audit.address, audit.request_id, audit.detail
    FROM seals LEFT JOIN audit ON audit.id = seals.audit_id
    WHERE seals.number > ${whole(input.after)} ORDER BY seals.number LIMIT ${whole(input.limit)}`);
  return found.map(sealed);
}

function sealed({ id, own_number, ...found }: SealedRow): Sealed {
  const { number, audit_id, commitment, seal } = found;
  const entry = id === null ? null : storedEntry({ ...found, id, number: own_number });
  return { number, id: audit_id, commitment, seal, hidden: hiddenOf(found), entry };
}

export function* strays(limit: number): UnitOfWork<Strays> {
  return yield* rows<{ id: number; number: number }>(sql`
    SELECT audit.id, audit.number FROM audit LEFT JOIN seals ON seals.audit_id = audit.id
    WHERE audit.number IS NOT NULL AND seals.number IS NULL ORDER BY audit.id LIMIT ${whole(limit)}`);
}

export function* unsealed(): UnitOfWork<Unsealed> {
  const tail = yield* row<{ count: number; age: number | null }>(
    sql`SELECT count(*) AS count, ${now} - min(audit.at) AS age FROM audit WHERE ${IS_UNSEALED}`,
  );
  return { count: tail?.count ?? 0, oldestAgeMs: tail?.age ?? null };
}

type PageRow = AuditTableRow & Pick<SealRow, 'who_hash' | 'address_hash' | 'detail_hash'> & { seal: string | null };

export function* trailPage({ after, limit, sinceMs, untilMs, site }: TrailPage): UnitOfWork<readonly TrailEntry[]> {
  const isSince = sinceMs === null ? sql`true` : sql`audit.at >= ${whole(sinceMs)}`;
  const isUntil = untilMs === null ? sql`true` : sql`audit.at < ${whole(untilMs)}`;
  const isOfSite = site === null ? sql`true` : sql`audit.site = ${site}`;
  const found = yield* rows<PageRow>(sql`
    SELECT audit.*, seals.seal, seals.who_hash, seals.address_hash, seals.detail_hash
    FROM audit LEFT JOIN seals ON seals.audit_id = audit.id
    WHERE audit.id > ${whole(after)} AND ${isSince} AND ${isUntil} AND ${isOfSite}
    ORDER BY audit.id LIMIT ${whole(limit)}`);
  return found.map((entry) => ({ ...storedEntry(entry), seal: entry.seal, erased: erasedIn(entry) }));
}
