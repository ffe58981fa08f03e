/** Notes how much is due and since when. Of a minute, as of an hour and a day, the most is kept: so it may be noted twice. */
import type { DueNow, MetricName } from '../../../contract/telemetry-ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, list, now, nowOnce, sql, verbatim, whole, type Sql } from '../../sql.js';
import { dimsText, MINUTE_MS } from './add.js';

const SAMPLED: readonly MetricName[] = ['queue_depth', 'queue_age_seconds'];

/** A condition on the column `name`: of these the most is kept, and not the sum. */
export const IS_SAMPLED: Sql = sql`name IN (${verbatim(SAMPLED.map((name) => `'${name}'`).join(', '))})`;

/** When a mail of another service may go out at the earliest, as its sender said; 0: nobody said anything. */
const NOT_BEFORE: Sql = sql`coalesce((
  SELECT start_at FROM producer_mails WHERE about LIKE 'producer_mail:%' AND producer_mails.id = substr(about, 15)), 0)`;

/**
 * What waits for a courier, for its next attempt, for a throttle or for the end of a pause, whenever it is looked at again: since it was
 * queued, or since its sender lets it go out. A card that is to be redrawn waits since the redrawing is due.
 */
const DUE: Sql = sql`
  SELECT transport, CAST(count(*) AS integer) AS depth, ${now} - min(since) AS age, ${now} AS now
  FROM (
    SELECT carrier AS transport,
      CASE WHEN receipt IS NOT NULL THEN due_at ELSE ${greatest}(created_at, ${NOT_BEFORE}) END AS since
    FROM deliveries
    WHERE due_at IS NOT NULL AND state IN ('queued', 'retry_wait')
      AND (due_at <= ${nowOnce} OR ${NOT_BEFORE} <= ${nowOnce})) waiting
  GROUP BY transport ORDER BY transport`;

interface DueRow {
  readonly transport: string;
  readonly depth: number;
  readonly age: number;
  readonly now: number;
}

export function* due(): UnitOfWork<readonly DueNow[]> {
  const found = yield* rows<DueRow>(DUE);
  return found.map(({ transport, depth, age }) => ({ transport, depth, oldestMs: Math.max(0, age) }));
}

export function* sampleQueue(): UnitOfWork<void> {
  const found = yield* rows<DueRow>(DUE);
  if (found.length === 0) return;
  const samples = found.flatMap(({ transport, depth, age, now: nowMs }) => {
    const of = (name: MetricName, n: number): Sql => sql`
      ('minute', ${name}, ${whole(nowMs - (nowMs % MINUTE_MS))}, ${dimsText({ transport })}, 0, ${whole(n)})`;
    return [of('queue_depth', depth), of('queue_age_seconds', Math.max(0, age) * 1_000)];
  });
  yield* rows(sql`
    INSERT INTO rollups (resolution, name, at, dims, bucket, n) VALUES ${list(samples)}
    ON CONFLICT (resolution, name, at, dims, bucket) DO UPDATE SET n = ${greatest}(rollups.n, excluded.n)`);
}
