/**
 * For lines that an outage would write at every call: of one kind the first is told at once, those that follow within the
 * interval are counted, and the count is told when it ends. Kinds are few, and ours.
 */
import type { Clock } from './clock.js';

export interface RarelyWish {
  readonly clock: Pick<Clock, 'after'>;
  readonly everyMs: number;
  /** `times`: how often it happened since it was told last. */
  readonly tell: (kind: string, times: number) => void;
}

export function rarely({ clock, everyMs, tell }: RarelyWish): (kind: string) => void {
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
