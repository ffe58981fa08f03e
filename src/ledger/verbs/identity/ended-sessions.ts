/** Ending sessions. What was handed out of one is worthless without it, and whoever keeps that in memory is told. */
import type { SessionRow } from '../../tables/identity.js';
import { announce, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, type Sql } from '../../sql.js';

/** Answers those that were there, over or not. */
export function* deleteSessions(which: Sql): UnitOfWork<readonly SessionRow[]> {
  const ended = yield* rows<SessionRow>(sql`DELETE FROM sessions WHERE ${which} RETURNING *`);
  if (ended.length > 0) yield* announce({ kind: 'handed_out_ended' });
  return ended;
}
