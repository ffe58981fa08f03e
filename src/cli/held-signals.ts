/**
 * Signals that come while a process starts. It may be asked to stop before its start is over: `/readyz` answers as soon as the
 * planes listen, and a supervisor need not wait longer. What comes is kept until the process runs, so that it stops in order; a
 * second request to stop, or a start that takes too long after the first, ends it at once, as a crash would.
 */
import type { Clock } from '../base/time/clock.js';
import { SIGNAL_EXIT } from './exit-code.js';
import type { Signal, Surroundings } from './surroundings.js';

export interface HeldSignals {
  /** From now on signals are another's. Answers those that came, oldest first. */
  release(): readonly Signal[];
}

/** How long a start may still take once somebody wants the process stopped. */
const GRACE_MS = 2_000;

export function holdSignals(
  surroundings: Pick<Surroundings, 'onSignal' | 'exitNow'>,
  clock: Pick<Clock, 'after'>,
): HeldSignals {
  const held: Signal[] = [];
  let callOff: (() => void) | null = null;
  const forget = surroundings.onSignal((signal) => {
    if (signal === 'SIGHUP') return void held.push(signal);
    const end = (): void => surroundings.exitNow(SIGNAL_EXIT[signal]);
    if (callOff !== null) return end();
    held.push(signal);
    callOff = clock.after(GRACE_MS, end);
  });
  return {
    release() {
      callOff?.();
      forget();
      return held;
    },
  };
}
