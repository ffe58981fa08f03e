/**
 * How often one address may fail at one receiver. Only failures count, since a platform's genuine calls come from few
 * addresses that others share.
 */
import type { Clock } from '../../../base/time/clock.js';
import { fixedWindows } from '../../../base/time/fixed-windows.js';

const WINDOW_MS = 60_000;
/** Bounds the memory to a few megabytes, whoever calls: beyond it, the window that opened first is forgotten. */
const MAX_WINDOWS = 20_000;

export interface FailureLimit {
  /** Milliseconds until the address may call again; 0 when it may now. */
  waitMs(source: string, address: string): number;
  count(source: string, address: string): void;
}

export function failureLimit(input: {
  readonly failuresPerMinute: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly maxWindows?: number;
}): FailureLimit {
  const { failuresPerMinute, clock, maxWindows = MAX_WINDOWS } = input;
  const windows = fixedWindows({ max: failuresPerMinute, windowMs: WINDOW_MS, maxWindows, clock });
  return {
    waitMs: (source, address) => windows.waitMs(keyOf(source, address)),
    count: (source, address) => windows.count(keyOf(source, address)),
  };
}

function keyOf(source: string, address: string): string {
  return `${source} ${address}`;
}
