/** Rows of rollups as series: one for each set of dimensions, with a point for each step in which something was counted. */
import { countIn, percentile, SUM_BUCKET, type Buckets } from '../base/time/log-buckets.js';
import type { RollupRow } from '../contract/telemetry-ledger.js';

export interface Point {
  readonly atMs: number;
  readonly buckets: Buckets;
}

export interface Series {
  readonly dims: RollupRow['dims'];
  /** In the order of time. */
  readonly points: readonly Point[];
}

/** `by`: the dimensions that are told apart; the others are added up. Absent: all. */
export function seriesOf(rows: readonly RollupRow[], by?: readonly string[]): readonly Series[] {
  const series = new Map<string, { dims: RollupRow['dims']; points: Map<number, Map<number, number>> }>();
  for (const row of rows) {
    const dims = by === undefined ? row.dims : only(row.dims, by);
    const key = JSON.stringify(dims);
    const one = series.get(key) ?? { dims, points: new Map<number, Map<number, number>>() };
    series.set(key, one);
    const buckets = one.points.get(row.atMs) ?? new Map<number, number>();
    one.points.set(row.atMs, buckets);
    buckets.set(row.bucket, (buckets.get(row.bucket) ?? 0) + row.n);
  }
  return [...series.values()].map(({ dims, points }) => ({
    dims,
    points: [...points].map(([atMs, buckets]) => ({ atMs, buckets })),
  }));
}

function only(dims: RollupRow['dims'], by: readonly string[]): RollupRow['dims'] {
  return Object.fromEntries(by.map((name) => [name, dims[name] ?? '']));
}

/** How often. */
export function countOf({ buckets }: Point): number {
  return countIn(buckets);
}

/** Of durations, in seconds. */
export interface Durations {
  readonly count: number;
  readonly sum: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const MICROS = 1_000_000;

export function durationsOf({ buckets }: Point): Durations {
  const at = (of100: number): number | null => {
    const micros = percentile(buckets, of100);
    return micros === null ? null : rounded(micros / MICROS);
  };
  return {
    count: countIn(buckets),
    sum: (buckets.get(SUM_BUCKET) ?? 0) / MICROS,
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
  };
}

/** Three digits are more than the buckets tell apart. */
function rounded(seconds: number): number {
  return Number(seconds.toPrecision(3));
}
