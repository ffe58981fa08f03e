/**
 * An open loop: things begin when their time has come, however long earlier ones take. A clock that was held up is caught
 * up with at once, so that a rate is kept on average or visibly missed.
 */

export interface Pace {
  /** How many should have begun by now. */
  readonly due: () => number;
  stop(): void;
}

export interface PaceInput {
  readonly perSecond: number;
  /** `dueAtMs`, by `performance.now()`: when its time had come. */
  readonly begin: (number: number, dueAtMs: number) => void;
}

const TICK_MS = 5;
const SECOND_MS = 1_000;

export function keepPace({ perSecond, begin }: PaceInput): Pace {
  const startedMs = performance.now();
  let begun = 0;
  let endedMs: number | null = null;
  const due = (): number => Math.floor((((endedMs ?? performance.now()) - startedMs) * perSecond) / SECOND_MS);
  const timer = setInterval(() => {
    for (const now = due(); begun < now;) {
      begun += 1;
      begin(begun, startedMs + (begun * SECOND_MS) / perSecond);
    }
  }, TICK_MS);
  return {
    due,
    stop() {
      endedMs = performance.now();
      clearInterval(timer);
    },
  };
}
