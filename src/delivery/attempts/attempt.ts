/**
 * One call to a channel, under a time limit that holds even for a channel that ignores its signal.
 *
 *   running ──answers──▶ ended
 *   running ──time limit, or the courier stops──▶ aborted ──answers, or the grace is over──▶ ended
 */
import type { Clock } from '../../base/time/clock.js';
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import type { Answer } from '../../contract/notifier.js';

export interface Attempt {
  readonly ended: Promise<{ readonly answer: Answer; readonly tookMs: number }>;
  abort(): void;
}

export interface AttemptDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: { readonly attemptMs: number; readonly graceMs: number };
}

export function beginAttempt(
  call: (signal: AbortSignal) => Promise<Answer>,
  { clock, log, limits }: AttemptDeps,
): Attempt {
  const controller = new AbortController();
  const startedMs = clock.monotonicMs();
  let cancelTimer = clock.after(limits.attemptMs, abort);
  let abandon: (answer: Answer) => void;
  const abandoned = new Promise<Answer>((resolve) => (abandon = resolve));
  function abort(): void {
    if (controller.signal.aborted) return;
    cancelTimer();
    cancelTimer = clock.after(limits.graceMs, () => abandon({ kind: 'unknown', reason: 'timeout' }));
    controller.abort();
  }
  const answered = safely(() => call(controller.signal), log);
  const ended = Promise.race([answered, abandoned]).then((answer) => {
    cancelTimer();
    return { answer, tookMs: Math.round(clock.monotonicMs() - startedMs) };
  });
  return { ended, abort };
}

/** A channel that throws has a bug; the call may have had its effect. What it threw may quote a payload: only its name is logged. */
async function safely(call: () => Promise<Answer>, log: Log): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    log.error('a notifier threw instead of answering', { error: errorName(error) });
    return { kind: 'unknown', reason: 'notifier_threw' };
  }
}
