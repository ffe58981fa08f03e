/**
 * Which refusals get a row of their own: a few a minute of each kind. The others are only counted, and the count stands in
 * the next row of their kind. So a flood cannot fill the database, and yet no refusal goes unnoticed.
 */
import type { Clock } from '../../../base/time/clock.js';
import { fixedWindows } from '../../../base/time/fixed-windows.js';

const WINDOW_MS = 60_000;
const ROWS_PER_MINUTE = 10;

/** Refusals of one kind have the same receiver and the same reason. Both are words of ours, so there are few kinds. */
interface Kind {
  readonly source: string;
  readonly reason: string;
}

export interface Tally extends Kind {
  /** All refusals of this kind since the start. */
  readonly refused: number;
  /** Those that no row tells of yet. */
  readonly unrecorded: number;
}

export interface Sampling {
  /** How many of its kind went without a row since the last row; null where this one gets no row either. */
  take(kind: Kind): number | null;
  /** A row could not be written: what it would have counted is unrecorded again. */
  giveBack(kind: Kind, count: number): void;
  tallies(): readonly Tally[];
}

interface Counter extends Kind {
  refused: number;
  unrecorded: number;
}

export function sampling(clock: Pick<Clock, 'monotonicMs'>): Sampling {
  const rows = fixedWindows({ max: ROWS_PER_MINUTE, windowMs: WINDOW_MS, clock });
  const counters = new Map<string, Counter>();
  const counterOf = ({ source, reason }: Kind): Counter => {
    const key = keyOf({ source, reason });
    const known = counters.get(key);
    if (known !== undefined) return known;
    const fresh: Counter = { source, reason, refused: 0, unrecorded: 0 };
    counters.set(key, fresh);
    return fresh;
  };
  return {
    take(kind) {
      const counter = counterOf(kind);
      counter.refused += 1;
      if (rows.waitMs(keyOf(kind)) > 0) {
        counter.unrecorded += 1;
        return null;
      }
      const before = counter.unrecorded;
      rows.count(keyOf(kind));
      counter.unrecorded = 0;
      return before;
    },
    giveBack(kind, count) {
      counterOf(kind).unrecorded += count;
    },
    tallies: () =>
      [...counters.values()].map(({ source, reason, refused, unrecorded }) => ({
        source,
        reason,
        refused,
        unrecorded,
      })),
  };
}

function keyOf({ source, reason }: Kind): string {
  return `${source} ${reason}`;
}
