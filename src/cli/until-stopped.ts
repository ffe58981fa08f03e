/**
 * Keeps a running gate until it is told to end: SIGINT or SIGTERM stop it gracefully, a second one ends the process at
 * once, and so does a stop that takes too long. SIGHUP reads `sites.toml` again.
 */
import type { Log } from '../base/log.js';
import { EXIT, type ExitCode } from './exit-code.js';
import type { Signal, Surroundings } from './surroundings.js';

export interface Stoppable {
  stop(): Promise<void>;
  reload(): Promise<void>;
}

/** What supervisors allow before they kill is ten seconds and more; a person at a terminal waits less. */
const STOP_DEADLINE_MS = 5_000;
/** 128 and the signal's number, as shells have it. */
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const satisfies Record<Signal, number>;

export async function untilStopped(running: Stoppable, surroundings: Surroundings, log: Log): Promise<ExitCode> {
  await new Promise<void>((stopped) => {
    let isStopping = false;
    const forget = surroundings.onSignal((signal) => {
      if (signal === 'SIGHUP') {
        if (!isStopping) void running.reload();
        return;
      }
      if (isStopping) return surroundings.exitNow(SIGNAL_EXIT[signal]);
      isStopping = true;
      const deadline = setTimeout(() => {
        log.error('the stop took too long and was cut short', { limitMs: STOP_DEADLINE_MS });
        surroundings.exitNow(EXIT.no);
      }, STOP_DEADLINE_MS);
      void running.stop().finally(() => {
        clearTimeout(deadline);
        forget();
        stopped();
      });
    });
  });
  return EXIT.ok;
}
