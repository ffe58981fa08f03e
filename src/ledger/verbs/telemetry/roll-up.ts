/**
 * Makes hours of minutes and days of hours. What is made replaces what was made before, so that it may be done as often as anybody likes.
 * Only hours of which all minutes are still there are made anew.
 */
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { nowOnce, sql, whole, type Sql } from '../../sql.js';
import { DAY_MS, HOUR_MS, LATEST_MS } from './add.js';
import { holdMark, moveMark, ROLLED_UP } from './marks.js';
import { IS_SAMPLED } from './sample.js';

/** A flush is written into the minute in which it began, and committed a little later. */
const FLUSH_MS = 120_000;

export function* rollUp(): UnitOfWork<void> {
  const { position, now } = yield* holdMark(ROLLED_UP, sql`${nowOnce} - ${whole(LATEST_MS)}`);
  const fromMs = Math.max(position - FLUSH_MS, now - LATEST_MS);
  yield* make({ from: 'minute', to: 'hour', ms: HOUR_MS, sinceMs: fromMs - (fromMs % HOUR_MS) });
  yield* make({ from: 'hour', to: 'day', ms: DAY_MS, sinceMs: fromMs - (fromMs % DAY_MS) });
  yield* moveMark(ROLLED_UP, { position: now });
}

interface Making {
  readonly from: 'minute' | 'hour';
  readonly to: 'hour' | 'day';
  readonly ms: number;
  readonly sinceMs: number;
}

/** What is as it was is not written again. */
function* make({ from, to, ms, sinceMs }: Making): UnitOfWork<void> {
  const at: Sql = sql`at - at % ${whole(ms)}`;
  yield* rows(sql`
    INSERT INTO rollups (resolution, name, at, dims, bucket, n)
    SELECT ${sql`CAST(${to} AS text)`}, name, begins, dims, bucket, CAST(CASE WHEN ${IS_SAMPLED} THEN max(n) ELSE sum(n) END AS bigint)
    FROM (SELECT name, ${at} AS begins, dims, bucket, n FROM rollups
          WHERE resolution = ${from} AND at >= ${whole(sinceMs)}) AS finer
    WHERE true
    GROUP BY name, begins, dims, bucket
    ON CONFLICT (resolution, name, at, dims, bucket) DO UPDATE SET n = excluded.n WHERE rollups.n <> excluded.n`);
}
