/**
 * Sweeps tables that have no index of their rows' age, in the order of their key. A batch looks at a fixed number of rows,
 * whether they go or stay, and the next batch continues behind them: rows that stay never make a batch long.
 */
import type { Swept, SweepInput } from '../../../contract/ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { nowOnce, oneOf, sql, whole, type Sql } from '../../sql.js';

interface Seen {
  readonly key: string | number;
  readonly is_old: number;
}

export function* sweepAttempts({ olderThanMs, limit, after }: SweepInput): UnitOfWork<Swept> {
  const isOld = olderThan(sql`started_at`, olderThanMs);
  const seen = yield* rows<Seen>(sql`
    SELECT id AS key, CASE WHEN ${isOld} THEN 1 ELSE 0 END AS is_old FROM attempts
    WHERE id > ${numberIn(after)} ORDER BY id LIMIT ${whole(limit)}`);
  const isOfRest = sql`
    NOT EXISTS (
      SELECT 1 FROM deliveries
      WHERE deliveries.id = attempts.delivery_id
        AND (deliveries.due_at IS NOT NULL
             OR EXISTS (SELECT 1 FROM requests WHERE requests.id = deliveries.request_id AND outcome IS NULL)))`;
  const gone = yield* ofOld(seen, (isOneOf) =>
    rows(sql`DELETE FROM attempts WHERE id ${isOneOf} AND ended_at IS NOT NULL AND ${isOfRest} RETURNING id`),
  );
  return { removed: { attempts: gone }, erased: {}, next: inTime(seen, limit) };
}

export function* sweepDeadLetters({ olderThanMs, limit, after }: SweepInput): UnitOfWork<Swept> {
  const isOld = olderThan(sql`at`, olderThanMs);
  const seen = yield* rows<Seen>(sql`
    SELECT id AS key, CASE WHEN ${isOld} THEN 1 ELSE 0 END AS is_old FROM dead_letters
    WHERE id > ${numberIn(after)} ORDER BY id LIMIT ${whole(limit)}`);
  const gone = yield* ofOld(seen, (isOneOf) => rows(sql`DELETE FROM dead_letters WHERE id ${isOneOf} RETURNING id`));
  return { removed: { dead_letters: gone }, erased: {}, next: inTime(seen, limit) };
}

/** Their keys have no order in time, so all windows are looked at. One that was taken anew meanwhile is not deleted. */
export function* sweepWindows({ olderThanMs, limit, after }: SweepInput): UnitOfWork<Swept> {
  const isOld = olderThan(sql`until`, olderThanMs);
  const seen = yield* rows<Seen>(sql`
    SELECT key, CASE WHEN ${isOld} THEN 1 ELSE 0 END AS is_old FROM windows
    WHERE key > ${String(after?.[0] ?? '')} ORDER BY key LIMIT ${whole(limit)}`);
  const gone = yield* ofOld(
    seen,
    (isOneOf) => rows(sql`DELETE FROM windows WHERE key ${isOneOf} AND ${isOld} RETURNING key`),
    'text',
  );
  return { removed: { windows: gone }, erased: {}, next: seen.length < limit ? null : lastOf(seen) };
}

export function olderThan(at: Sql, ms: number): Sql {
  return sql`${at} <= ${nowOnce} - ${whole(ms)}`;
}

function* ofOld(
  seen: readonly Seen[],
  remove: (isOneOf: Sql) => UnitOfWork<readonly unknown[]>,
  type: 'integer' | 'text' = 'integer',
): UnitOfWork<number> {
  const old = seen.filter(({ is_old }) => is_old === 1).map(({ key }) => key);
  if (old.length === 0) return 0;
  return (yield* remove(oneOf(old, type))).length;
}

/** Ids rise with time, except for rows committed late: where a whole batch is young, so are the rows behind it. */
function inTime(seen: readonly Seen[], limit: number): Swept['next'] {
  return seen.length === limit && seen.some(({ is_old }) => is_old === 1) ? lastOf(seen) : null;
}

function lastOf(seen: readonly Seen[]): Swept['next'] {
  const last = seen.at(-1);
  return last === undefined ? null : [last.key];
}

function numberIn(after: SweepInput['after']): Sql {
  return whole(Number(after?.[0] ?? 0));
}
