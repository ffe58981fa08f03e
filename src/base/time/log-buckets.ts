/**
 * Durations counted in buckets whose bounds grow by a fixed factor: 8 an octave on microseconds, so that a percentile read from them is
 * at most 4.5 % off, and counts of several places and times are merged by adding them up.
 */
const AN_OCTAVE = 8;

/** Beside the buckets: the sum of what was counted, in microseconds. */
export const SUM_BUCKET = -1;

/** The bucket whose upper bound is the first that is not below; of a microsecond or less the first, 0. */
export function bucketOf(micros: number): number {
  return micros <= 1 ? 0 : Math.ceil(Math.log2(micros) * AN_OCTAVE - ROUNDING);
}

/** So that a bound is in its own bucket, whatever the logarithm rounds to. */
const ROUNDING = 1e-9;

/** The upper bound of a bucket, in microseconds. */
export function boundOf(bucket: number): number {
  return 2 ** (bucket / AN_OCTAVE);
}

/** Counts by bucket. */
export type Buckets = ReadonlyMap<number, number>;

export function countIn(buckets: Buckets): number {
  let count = 0;
  for (const [bucket, n] of buckets) if (bucket !== SUM_BUCKET) count += n;
  return count;
}

/**
 * So many of a hundred took no longer than this, in microseconds: the middle of their bucket on the logarithmic scale. Null where nothing
 * was counted.
 */
export function percentile(buckets: Buckets, of100: number): number | null {
  const count = countIn(buckets);
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil((count * of100) / 100));
  let below = 0;
  for (const [bucket, n] of [...buckets].sort(([one], [other]) => one - other)) {
    if (bucket === SUM_BUCKET) continue;
    below += n;
    if (below >= rank) return bucket === 0 ? 1 : boundOf(bucket - 0.5);
  }
  return null;
}

/** How many took no longer than so many microseconds: exact where that is the bound of a bucket, as every power of two is. */
export function countUpTo(buckets: Buckets, micros: number): number {
  const last = bucketOf(micros);
  let count = 0;
  for (const [bucket, n] of buckets) if (bucket !== SUM_BUCKET && bucket <= last) count += n;
  return count;
}
