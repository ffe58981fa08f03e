/**
 * Whether memory is flat: the slope of what a process holds over the time of the load, by Theil and Sen (the median of the
 * slopes between all pairs of samples), so that single collections and single bursts do not count.
 */

export interface MemorySample {
  readonly atMs: number;
  /** What is reachable: after a full collection. */
  readonly heapBytes: number;
  /** All that the kernel counts to the process, the database's thread included. */
  readonly residentBytes: number;
}

/** The steepest rise that still counts as flat. */
export interface MemoryBounds {
  readonly heapMbAMinute: number;
  readonly residentMbAMinute: number;
}

export type Held = 'heapBytes' | 'residentBytes';

const BYTES_A_MB = 2 ** 20;
const MINUTE_MS = 60_000;
/** Fewer samples have no slope to speak of. */
const MIN_SAMPLES = 5;

export function megabytes(bytes: number): number {
  return bytes / BYTES_A_MB;
}

/** Megabytes a minute; negative where it shrinks. NaN with fewer than two samples. */
export function slopeOf(samples: readonly MemorySample[], held: Held): number {
  const slopes = samples.flatMap((early, index) =>
    samples
      .slice(index + 1)
      .map((late) => (megabytes(late[held] - early[held]) / (late.atMs - early.atMs)) * MINUTE_MS),
  );
  slopes.sort((one, other) => one - other);
  return slopes[Math.floor(slopes.length / 2)] ?? NaN;
}

/** What is not flat; empty where all is. */
export function memoryWrongs(samples: readonly MemorySample[], bounds: MemoryBounds): readonly string[] {
  if (samples.length < MIN_SAMPLES)
    return [`memory was looked at ${String(samples.length)} times: that judges nothing`];
  return [
    ...tooSteep('the heap', slopeOf(samples, 'heapBytes'), bounds.heapMbAMinute),
    ...tooSteep('resident memory', slopeOf(samples, 'residentBytes'), bounds.residentMbAMinute),
  ];
}

function tooSteep(what: string, slope: number, bound: number): readonly string[] {
  if (slope <= bound) return [];
  return [`${what} grows by ${slope.toFixed(2)} MB a minute, and at most ${bound.toFixed(2)} count as flat`];
}
