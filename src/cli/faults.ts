/**
 * Exceptions and rejections that nobody caught, in a process that lasts. Ending it would close every site until it has
 * started again, and what a decision needs is kept by guarded statements in the database and by no state in memory; so one
 * fault (a vendor SDK's socket, a timer, a listener) is logged and counted, `gate doctor` and the metrics tell it, and the
 * process goes on. When they come in numbers the process is not doing its work any more: it is stopped in order, with an exit
 * code that says so, and its supervisor starts another. It never ends with 0 by a fault.
 */
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import { safeStack } from '../base/process/safe-stack.js';
import type { FaultReport } from '../contract/process-health.js';
import type { Surroundings } from './surroundings.js';

export interface Faults {
  report(): FaultReport;
  /** Calls back once, when there were too many. */
  whenTooMany(listener: () => void): void;
  /** From now on, until the end of the process, faults are counted. During the start they end it as Node has it, not with 0. */
  attend(): void;
}

/** More than this within a minute is no accident of one call. */
const MOST_A_MINUTE = 100;
const MINUTE_MS = 60_000;
/** Of a fault that comes again and again, so many are logged a minute; all are counted. */
const LOGGED_A_MINUTE = 5;

export function createFaults(
  { onFault }: Pick<Surroundings, 'onFault'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Faults {
  let report: FaultReport = { count: 0, lastAtMs: null, last: null };
  let minute = { fromMs: -Infinity, count: 0 };
  let tooMany: (() => void) | null = null;

  function count(error: unknown): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - minute.fromMs >= MINUTE_MS) minute = { fromMs: nowMs, count: 0 };
    minute.count += 1;
    const where = safeStack(error);
    report = { count: report.count + 1, lastAtMs: clock.nowMs(), last: where };
    if (minute.count <= LOGGED_A_MINUTE)
      log.error('a fault that nobody caught: the process goes on', { error: where, count: report.count });
    if (minute.count <= MOST_A_MINUTE) return;
    tooMany?.();
    tooMany = null;
  }

  return {
    report: () => report,
    whenTooMany(listener) {
      tooMany = listener;
    },
    attend: () => onFault?.(count),
  };
}
