/** Reads rollups, step by step, and what was ever counted. */
import type { Counted, MetricName, ReadRollups, RollupRow } from '../../../contract/telemetry-ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, whole } from '../../sql.js';
import { IS_SAMPLED } from './sample.js';

interface StoredRow {
  readonly name: MetricName;
  readonly at: number;
  readonly dims: string;
  readonly bucket: number;
  readonly n: number;
}

export function* read(input: ReadRollups): UnitOfWork<readonly RollupRow[]> {
  const { name, resolution, fromMs, toMs, stepMs, limit } = input;
  const found = yield* rows<StoredRow>(sql`
    SELECT begins AS at, dims, bucket, CAST(CASE WHEN ${IS_SAMPLED} THEN max(n) ELSE sum(n) END AS bigint) AS n
    FROM (SELECT name, at - at % ${whole(stepMs)} AS begins, dims, bucket, n FROM rollups
          WHERE resolution = ${resolution} AND name = ${name} AND at >= ${whole(fromMs)} AND at < ${whole(toMs)}) AS kept
    GROUP BY name, begins, dims, bucket ORDER BY begins, dims, bucket LIMIT ${whole(limit)}`);
  return found.map(({ at, dims, bucket, n }) => ({ atMs: at, dims: dimsIn(dims), bucket, n }));
}

export function* totals(): UnitOfWork<readonly Counted[]> {
  const found = yield* rows<StoredRow>(sql`
    SELECT name, dims, bucket, n FROM rollups WHERE resolution = 'total' ORDER BY name, at, dims, bucket`);
  return found.map(({ name, dims, bucket, n }) => ({ name, dims: dimsIn(dims), bucket, n }));
}

function dimsIn(text: string): Counted['dims'] {
  return JSON.parse(text) as Counted['dims'];
}
