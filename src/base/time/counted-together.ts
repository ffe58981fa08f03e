/**
 * What may come in a flood and is written down all the same. In each window, which begins with the first of all, the first of each kind
 * is told at once, up to a few; all others are counted, and when the window is over the counts are told: of the kinds that came most
 * often each by itself, and of all the rest as one. What cannot be told is counted on. Each process counts for itself.
 *
 * So a window has at most `maxFirsts + maxSummaries` rows, and one more of each rest. `fixedWindows` would forget at the end what is
 * told here, and begins a window for each key.
 */
import type { Clock } from './clock.js';

export interface Counting<Kind> {
  readonly clock: Pick<Clock, 'after'>;
  readonly windowMs: number;
  /** Of all kinds in a window. */
  readonly maxFirsts: number;
  readonly maxSummaries: number;
  /** Of more kinds than these at once only their rest is kept. */
  readonly maxKinds: number;
  readonly keyOf: (kind: Kind) => string;
  /** What is kept of a kind that is not told apart from others. */
  readonly restOf: (kind: Kind) => Kind;
  /** False: it could not be written. */
  readonly tell: (kind: Kind, count: number) => Promise<boolean>;
}

export interface CountedTogether<Kind> {
  /** Whether this one is told at once, by whoever asks; otherwise it is counted. */
  take(kind: Kind): boolean;
  /** So many more, to be told when the window is over. */
  count(kind: Kind, count: number): void;
  /** Tells what was counted so far, for the last time. */
  settle(): Promise<void>;
}

interface Tally<Kind> {
  readonly kind: Kind;
  readonly isRest: boolean;
  count: number;
}

export function countedTogether<Kind>(counting: Counting<Kind>): CountedTogether<Kind> {
  const { clock, windowMs, maxFirsts, maxKinds, keyOf, restOf } = counting;
  let counted = new Map<string, Tally<Kind>>();
  let firsts = 0;
  let cancel: (() => void) | null = null;

  const count = (kind: Kind, more: number): void => {
    const kept = counted.has(keyOf(kind)) || counted.size < maxKinds ? kind : restOf(kind);
    const tally = counted.get(keyOf(kept));
    if (tally === undefined)
      counted.set(keyOf(kept), { kind: kept, isRest: keyOf(kept) === keyOf(restOf(kept)), count: more });
    else tally.count += more;
    cancel ??= clock.after(windowMs, () => void tell());
  };
  const tell = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    const tallies = [...counted.values()].filter((tally) => tally.count > 0);
    counted = new Map();
    firsts = 0;
    for (const tally of mostAndRest(tallies, counting))
      if (!(await counting.tell(tally.kind, tally.count))) count(tally.kind, tally.count);
  };

  return {
    take(kind) {
      const isFirst = !counted.has(keyOf(kind)) && counted.size < maxKinds && firsts < maxFirsts;
      if (isFirst) firsts += 1;
      count(kind, isFirst ? 0 : 1);
      return isFirst;
    },
    count,
    async settle() {
      await tell();
      cancel?.();
    },
  };
}

/** The kinds that came most often, each by itself, and the others by what is kept of them. */
function mostAndRest<Kind>(
  tallies: readonly Tally<Kind>[],
  { maxSummaries, keyOf, restOf }: Counting<Kind>,
): readonly Tally<Kind>[] {
  const named = tallies.filter(({ isRest }) => !isRest).sort((one, other) => other.count - one.count);
  const rest = new Map<string, Tally<Kind>>();
  for (const { kind, count } of [...named.slice(maxSummaries), ...tallies.filter(({ isRest }) => isRest)]) {
    const whole = restOf(kind);
    const before = rest.get(keyOf(whole))?.count ?? 0;
    rest.set(keyOf(whole), { kind: whole, isRest: true, count: before + count });
  }
  return [...named.slice(0, maxSummaries), ...rest.values()];
}
