/** Ending sessions. What was handed out of one is worthless without it, and whoever keeps that in memory is told. */
import type { SessionRow } from '../../tables/identity.js';
import { announce, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, type Sql } from '../../sql.js';

/**
 * Answers those that were there, over or not. It looks again until there are none: where it had to wait for one that a second factor
 * was just given in, the session that goes on with it was not there yet when it looked.
 */
export function* deleteSessions(which: Sql): UnitOfWork<readonly SessionRow[]> {
  const ended: SessionRow[] = [];
  for (;;) {
    const found = yield* rows<SessionRow>(sql`DELETE FROM sessions WHERE ${which} RETURNING *`);
    if (found.length === 0) break;
    ended.push(...found);
  }
  if (ended.length > 0) yield* announce({ kind: 'handed_out_ended' });
  return ended;
}
