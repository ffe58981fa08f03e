/** Notes how much is due and since when. Of a minute, as of an hour and a day, the most is kept: so it may be noted twice. */
import type { DueNow, MetricName } from '../../../contract/telemetry-ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, list, now, nowOnce, sql, verbatim, whole, type Sql } from '../../sql.js';
import { dimsText, MINUTE_MS } from './add.js';

const SAMPLED: readonly MetricName[] = ['queue_depth', 'queue_age_seconds'];

/** A condition on the column `name`: of these the most is kept, and not the sum. */
export const IS_SAMPLED: Sql = sql`name IN (${verbatim(SAMPLED.map((name) => `'${name}'`).join(', '))})`;

/** Those whose time has come, and that wait for a courier, a retry or the end of a pause. */
const DUE: Sql = sql`
  SELECT carrier AS transport, CAST(count(*) AS integer) AS depth, ${now} - min(due_at) AS age, ${now} AS now
  FROM deliveries WHERE due_at IS NOT NULL AND state IN ('queued', 'retry_wait') AND due_at <= ${nowOnce}
  GROUP BY carrier ORDER BY carrier`;

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
