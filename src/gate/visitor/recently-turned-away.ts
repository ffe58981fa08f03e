/**
 * Remembers visitors who were just told to come again later. For some seconds they are told the same without asking the desk,
 * so that a crowd at a site whose approvers are muted or at their cap does not write an audit row for every hit. Bounded:
 * forgetting a visitor only costs one more question to the desk.
 */
import type { Clock } from '../../base/time/clock.js';
import type { AccessRequestAnswer } from '../../contract/desk.js';

type TurnedAway = Extract<AccessRequestAnswer, { readonly kind: 'deferred' | 'muted' }>;

export interface RecentlyTurnedAway {
  /** What was said; null when nothing was, or too long ago. */
  answerTo(key: string): TurnedAway | null;
  remember(key: string, answer: TurnedAway): void;
}

/** Short compared with the minutes that a slot or a mute lasts, so nobody waits noticeably longer. */
const HOLD_MS = 10_000;
const MAX_REMEMBERED = 10_000;

export function recentlyTurnedAway(clock: Pick<Clock, 'monotonicMs'>): RecentlyTurnedAway {
  const told = new Map<string, { readonly atMs: number; readonly answer: TurnedAway }>();
  return {
    answerTo(key) {
      const last = told.get(key);
      if (last === undefined) return null;
      if (clock.monotonicMs() - last.atMs < HOLD_MS) return last.answer;
      told.delete(key);
      return null;
    },
    remember(key, answer) {
      told.delete(key);
      told.set(key, { atMs: clock.monotonicMs(), answer });
      const [oldest] = told.keys();
      if (told.size > MAX_REMEMBERED && oldest !== undefined) told.delete(oldest);
    },
  };
}
