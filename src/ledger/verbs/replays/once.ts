/**
 * Gives a call that arrives twice one effect: its key is written in the same commit as the effect. Of two that arrive at
 * once the second waits for the first, and goes ahead only if the first is rolled back.
 */
import type { Repeated, ReplayKey } from '../../../contract/replay.js';
import { replays } from '../../tables/calls.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, now, nowOnce, sql, whole } from '../../sql.js';

export const REPEATED: Repeated = { kind: 'repeated' };

/** No platform sends a call again after so long, and the receivers refuse calls that are minutes old. */
const KEPT_MS = 86_400_000;

/** How many expired keys each new key removes: more than one, so that they cannot pile up, and few enough to be quick. */
const SWEPT_AT_ONCE = 20;

/**
 * False: the key is there already, and the caller must write nothing. The key stays even where the call finds nothing to do:
 * when the same call arrives again later, it must still have no effect.
 */
export function* once(key: ReplayKey): UnitOfWork<boolean> {
  if (key === null) return true;
  const taken = yield* row(sql`
    ${insertInto(replays, { key, until: sql`${now} + ${whole(KEPT_MS)}` })}
    ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE replays.until <= ${now}
    RETURNING key`);
  if (taken === null) return false;
  yield* sweep();
  return true;
}

function* sweep(): UnitOfWork<void> {
  yield* rows(sql`
    DELETE FROM replays WHERE key IN (
      SELECT key FROM replays WHERE until <= ${nowOnce}
      ORDER BY until LIMIT ${whole(SWEPT_AT_ONCE)} ${lockedOrSkipped})`);
}
