/**
 * A call that comes twice has one effect: its key is written in the commit of the effect, so either both are there or
 * neither. Of two that come at once the later waits for the earlier, and takes its place where that is undone.
 */
import type { Repeated, ReplayKey } from '../../contract/replay.js';
import { row, rows, type Program } from '../program.js';
import { lockedOrSkipped, now, nowOnce, sql, whole } from '../sql.js';

export const REPEATED: Repeated = { kind: 'repeated' };

/** No platform sends a call again after so long, and the receivers refuse calls that are minutes old. */
const KEPT_MS = 86_400_000;

/** So many old keys go with each new one: more than come, and never enough to be waited for. */
const SWEPT_AT_ONCE = 20;

/**
 * False: the key is there already, and the caller writes nothing. The key stays even where the call then finds nothing to
 * do: what it asked for in vain must not happen when it comes again later.
 */
export function* once(key: ReplayKey): Program<boolean> {
  if (key === null) return true;
  const taken = yield* row(sql`
    INSERT INTO replays (key, until) VALUES (${key}, ${now} + ${whole(KEPT_MS)})
    ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE replays.until <= ${now}
    RETURNING key`);
  if (taken === null) return false;
  yield* sweep();
  return true;
}

function* sweep(): Program<void> {
  yield* rows(sql`
    DELETE FROM replays WHERE key IN (
      SELECT key FROM replays WHERE until <= ${nowOnce}
      ORDER BY until LIMIT ${whole(SWEPT_AT_ONCE)} ${lockedOrSkipped})`);
}
