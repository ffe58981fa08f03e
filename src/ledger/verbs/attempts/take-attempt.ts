/** Counts attempts in the window that its first began. One guarded statement: of attempts at once no more count than are allowed. */
import type { AttemptLimit } from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { attemptWindows } from '../../tables/limits.js';
import { now, sql, whole } from '../../sql.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';

/** False when fewer than `count` are left; refused attempts are not counted. */
export function* takeAttempt({ key, max, windowSeconds }: AttemptLimit, count = 1): UnitOfWork<boolean> {
  if (count > max) return false;
  const isOver = sql`attempt_windows.until <= ${now}`;
  const taken = yield* row<{ n: number }>(sql`
    ${insertInto(attemptWindows, { key, until: sql`${now} + ${whole(windowSeconds * 1_000)}`, n: count })}
    ON CONFLICT (key) DO UPDATE SET
      n = CASE WHEN ${isOver} THEN excluded.n ELSE attempt_windows.n + excluded.n END,
      until = CASE WHEN ${isOver} THEN excluded.until ELSE attempt_windows.until END
    WHERE ${isOver} OR attempt_windows.n + excluded.n <= ${whole(max)}
    RETURNING n`);
  return taken !== null;
}

/** Of each, in their order, up to the first that has none left: those behind it are not counted. */
export function* takeAttempts(limits: readonly AttemptLimit[]): UnitOfWork<boolean> {
  for (const limit of limits) if (!(yield* takeAttempt(limit))) return false;
  return true;
}
