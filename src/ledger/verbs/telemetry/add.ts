/** Adds counts to the minute in which they happened, and to what was ever counted. */
import type { Counted, MetricName } from '../../../contract/telemetry-ledger.js';
import { columnsOf } from '../../tables/columns.js';
import { insertFrom } from '../../tables/insert.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import { rollups } from '../../tables/rollups.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, type Sql } from '../../sql.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** What happened longer ago is counted as if it happened then: minutes are still there, so that their hour can be made anew. */
export const LATEST_MS = 46 * HOUR_MS;

export interface CountedAt extends Counted {
  readonly atMs: number;
}

const ADDED = columnsOf(rollups, 'resolution', 'at', 'name', 'dims', 'bucket', 'n');

/** Answers the first minute that was changed; null where there was nothing to add. */
export function* addCounts(counts: readonly CountedAt[], nowMs: number): UnitOfWork<number | null> {
  const summed = new Map<string, CountedAt>();
  for (const count of counts) sumInto(summed, { ...count, atMs: minuteOf(Math.max(count.atMs, nowMs - LATEST_MS)) });
  if (summed.size === 0) return null;
  const added = [...summed.values()];
  const ever = new Map<string, CountedAt>();
  for (const count of added) sumInto(ever, { ...count, atMs: 0 });
  yield* upsert([...rowsOf('minute', added), ...rowsOf('total', [...ever.values()])]);
  return Math.min(...added.map(({ atMs }) => atMs));
}

/** How much is added up: of equal keys one row. */
function sumInto(sums: Map<string, CountedAt>, count: CountedAt): void {
  const key = `${String(count.atMs)} ${count.name} ${String(count.bucket)} ${dimsText(count.dims)}`;
  const n = (sums.get(key)?.n ?? 0) + count.n;
  sums.set(key, { ...count, n });
}

type Added = ReturnType<typeof rowsOf>[number];

function rowsOf(resolution: 'minute' | 'total', counts: readonly CountedAt[]) {
  return counts.map(({ name, atMs, dims, bucket, n }) => ({
    resolution,
    name: name satisfies MetricName,
    at: atMs,
    dims: dimsText(dims),
    bucket,
    n,
  }));
}

/** In one order of keys, so that two processes that add at once wait for each other and do not lock each other out. */
function* upsert(added: readonly Added[]): UnitOfWork<void> {
  const source: Sql = sql`FROM ${recordset('added', added, ADDED)} WHERE true ORDER BY resolution, name, at, dims, bucket`;
  yield* rows(sql`
    ${insertFrom(rollups, fieldsOf('added', ADDED), source)}
    ON CONFLICT (resolution, name, at, dims, bucket) DO UPDATE SET n = rollups.n + excluded.n`);
}

/** The names in their order, so that the same dimensions are the same text. */
export function dimsText(dims: Counted['dims']): string {
  return JSON.stringify(Object.fromEntries(Object.entries(dims).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function minuteOf(ms: number): number {
  return ms - (ms % MINUTE_MS);
}
