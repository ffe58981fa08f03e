/** What becomes of calls to a fake: a stream of faults by the seed, and a mode in which every answer is late. */
import type { Fate, FrontDeps } from './http-front.js';
import type { Random } from './random.js';

export interface FaultInjector {
  readonly next: (body: Buffer) => ReturnType<FrontDeps['fate']>;
  /** How many calls came to grief so far, by what became of them. */
  readonly counts: ReadonlyMap<Fate, number>;
  /** From now on every call that goes well is answered late. */
  slowDown(isSlow: boolean): void;
  /** From now on calls whose body has one of these words are refused, and do not take effect. */
  refuse(words: readonly string[]): void;
  /** From now on so many of all calls go wrong. */
  trouble(faultRate: number): void;
  /** From now on every call goes well. */
  heal(): void;
}

/** For peers whose status is the whole answer: a 200 that means nothing cannot be told from one that does. */
export const BY_STATUS: readonly [Fate, ...Fate[]] = [
  'slow',
  'answer_lost',
  'call_lost',
  'refused',
  'refused_though_done',
];

/** For platforms that answer with a body. */
export const BY_BODY: readonly [Fate, ...Fate[]] = [...BY_STATUS, 'nonsense', 'lie'];

/** `slowMs`: within a lease, and long enough that another process may come between. */
export function faultInjector(
  random: Random,
  input: { readonly faultRate: number; readonly slowMs: number; readonly bad: typeof BY_BODY },
): FaultInjector {
  let { faultRate } = input;
  let isSlow = false;
  let refused: readonly string[] = [];
  const counts = new Map<Fate, number>();
  return {
    counts,
    next(body) {
      const delayMs = Math.round(input.slowMs * (0.5 + random.fraction()));
      if (refused.some((word) => body.includes(word))) return { kind: 'refused', delayMs };
      if (random.happens(faultRate)) {
        const kind = random.pick(input.bad);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        return { kind, delayMs };
      }
      return { kind: isSlow ? 'slow' : 'well', delayMs };
    },
    trouble: (rate) => void (faultRate = rate),
    slowDown: (slow) => void (isSlow = slow),
    refuse: (words) => void (refused = words),
    heal() {
      faultRate = 0;
      isSlow = false;
      refused = [];
    },
  };
}
