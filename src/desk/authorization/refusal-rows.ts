/**
 * Which refusals get an audit row. Anybody in a chat may type and tap, and some clients ask at every key press, so that
 * refusals could fill the trail. In each minute, which begins with a refusal, the first different attempts of an account get
 * rows and all others are counted; the counts become events when the minute is over. Each process counts for itself. All
 * accounts share one minute, because its end is told, so this is no limiter of base/time.
 */
import type { Clock } from '../../base/time/clock.js';
import type { Events } from '../../events/events.js';

export const REFUSALS_WINDOW_MS = 60_000;
/** Rows of one account: more than there are verbs, or requests before an approver, so that somebody who tries each is recorded. */
export const ROWS_AN_ACCOUNT = 20;
/** All accounts together, so that many accounts are no way around it. */
export const ROWS_A_PROCESS = 120;
/** More accounts than are refused in a minute of honest use; of those beyond, the count alone is kept. */
const MAX_ACCOUNTS = 1_000;

export interface RefusalRows {
  /** Whether this refusal gets a row. `attempt`: what it was about; the same one again is counted. */
  take(who: string, attempt: string): boolean;
}

interface Minute {
  readonly attempts: Set<string>;
  unrecorded: number;
}

export function refusalRows({ clock, events }: { readonly clock: Clock; readonly events: Events }): RefusalRows {
  const accounts = new Map<string, Minute>();
  let rows = 0;
  let ofOthers = 0;

  const tellAll = (): void => {
    for (const [who, { unrecorded }] of accounts)
      if (unrecorded > 0) events.emit({ event: 'auth_gate.refusals_counted', who, count: unrecorded });
    if (ofOthers > 0) events.emit({ event: 'auth_gate.refusals_counted', who: null, count: ofOthers });
    accounts.clear();
    [rows, ofOthers] = [0, 0];
  };

  const minuteOf = (who: string): Minute | null => {
    const known = accounts.get(who);
    if (known !== undefined) return known;
    if (accounts.size >= MAX_ACCOUNTS) return null;
    if (accounts.size === 0) clock.after(REFUSALS_WINDOW_MS, tellAll);
    const fresh: Minute = { attempts: new Set(), unrecorded: 0 };
    accounts.set(who, fresh);
    return fresh;
  };

  return {
    take(who, attempt) {
      const minute = minuteOf(who);
      if (minute === null) {
        ofOthers += 1;
        return false;
      }
      const { attempts } = minute;
      if (attempts.has(attempt) || attempts.size >= ROWS_AN_ACCOUNT || rows >= ROWS_A_PROCESS) {
        minute.unrecorded += 1;
        return false;
      }
      attempts.add(attempt);
      rows += 1;
      return true;
    },
  };
}
