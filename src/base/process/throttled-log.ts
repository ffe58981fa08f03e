/**
 * For log lines that an outage would cause at every call. The first of a kind is told at once; those that follow within the
 * interval are only counted, and the count is told when it ends. Kinds come from our code, so there are few.
 */
import type { Clock } from '../time/clock.js';

export interface ThrottledLogInput {
  readonly clock: Pick<Clock, 'after'>;
  readonly everyMs: number;
  /** `times`: how often it happened since it was told last. */
  readonly tell: (kind: string, times: number) => void;
}

export function throttledLog({ clock, everyMs, tell }: ThrottledLogInput): (kind: string) => void {
  /** A kind that was told within the interval -> how often it happened since. */
  const untold = new Map<string, number>();

  function say(kind: string, times: number): void {
    untold.set(kind, 0);
    clock.after(everyMs, () => {
      endInterval(kind);
    });
    tell(kind, times);
  }

  function endInterval(kind: string): void {
    const times = untold.get(kind) ?? 0;
    if (times > 0) say(kind, times);
    else untold.delete(kind);
  }

  return (kind) => {
    const times = untold.get(kind);
    if (times === undefined) say(kind, 1);
    else untold.set(kind, times + 1);
  };
}
