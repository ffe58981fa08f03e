/**
 * Ends grants before their time. In the same commit every request that ended in one of them learns who did it, and its
 * cards are to be redrawn: none of them shows a right to pass that is gone.
 */
import type { AuditEntry, GrantLedger, GrantRecord } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { dueTransports, raiseWanted, type RaisedRow } from '../deliveries/raise.js';
import type { GrantRow } from '../../tables/grants.js';
import { announce, rows, compound, type UnitOfWork } from '../../unit-of-work.js';
import { once, REPEATED } from '../replays/once.js';
import { locked, now, oneOf, sql, whole, type Sql } from '../../sql.js';
import { IS_LIVE, named } from './grants.js';
import { HAS_RUNNING_GRANT } from './live-request.js';
import { grantRecord } from './upsert.js';

type Input = Parameters<GrantLedger['revoke']>[0];

/** Named by neither number nor address nor request, nothing is revoked. */
export function* revoke(input: Input, audit: AuditEntry): UnitOfWork<readonly GrantRecord[] | Repeated> {
  const isNamed = input.id !== undefined || input.address !== undefined || input.requestId !== undefined;
  if (input.sites.length === 0 || !isNamed) return [];
  if (!(yield* once(input.replayKey))) return REPEATED;
  const which = sql`${namedBy(input)} AND ${IS_LIVE}`;
  yield* lockRequests(which);
  const ended = yield* rows<GrantRow>(sql`UPDATE grants SET revoked_at = ${now} WHERE ${which} RETURNING *`);
  const [first] = ended;
  if (first === undefined) return [];
  for (const { id, site, address, request_id, until } of ended) {
    const detail = { ...audit.detail, grant: id, untilMs: until, before: 'live', after: 'revoked' };
    yield* addAudit({ ...audit, site, address, detail }, input.requestId ?? request_id);
  }
  yield* tellRequests(ended, { by: input.by, atMs: first.revoked_at });
  yield* announce({ kind: 'revoked', grantIds: ended.map(({ id }) => id) });
  return ended.map(grantRecord);
}

function namedBy({ sites, id, address, requestId }: Input): Sql {
  const byRequest = requestId === undefined ? sql`true` : sql`(site, address) IN (${visitorOf(requestId)})`;
  return sql`site ${oneOf(sites, 'text')} AND ${named({ id, address })} AND ${byRequest}`;
}

/** A visitor has one grant a site, which several requests may share: not only the one that its row names. */
function visitorOf(requestId: string): Sql {
  return sql`SELECT site, address FROM requests WHERE id = ${requestId} AND ${HAS_RUNNING_GRANT}`;
}

/** Before the grants, and in sorted order, as everybody who writes both: no two wait in a circle. */
function* lockRequests(whichGrants: Sql): UnitOfWork<void> {
  yield* rows(sql`
    SELECT id FROM requests
    WHERE (site, address) IN (SELECT site, address FROM grants WHERE ${whichGrants}) AND ${HAS_RUNNING_GRANT}
    ORDER BY id ${locked}`);
}

function* tellRequests(
  ended: readonly GrantRow[],
  { by, atMs }: { by: string; atMs: number | null },
): UnitOfWork<void> {
  const ids = ended.map(({ id }) => id);
  const raised = yield* compound({
    winning: sql`
      UPDATE requests SET revoked_by = ${by}, revoked_at = ${whole(atMs)}, revision = revision + 1
      WHERE (site, address) IN (SELECT site, address FROM grants WHERE id ${oneOf(ids, 'integer')}) AND ${HAS_RUNNING_GRANT}
      RETURNING *`,
    consequences: { cards: raiseWanted(sql`won.revoked_at`) },
  });
  yield* announceDue(dueTransports(raised['cards'] as readonly RaisedRow[]));
}
