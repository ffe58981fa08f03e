/**
 * Keeps a running gate until it is told to end: SIGINT or SIGTERM stop it gracefully, a second one ends the process at
 * once, and so does a stop that takes too long. SIGHUP reads `sites.toml` again.
 */
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { whence } from '../base/whence.js';
import { EXIT, type ExitCode } from './exit-code.js';
import type { Signal, Surroundings } from './surroundings.js';

export interface Stoppable {
  stop(): Promise<void>;
  reload(): Promise<void>;
}

/** Supervisors wait at least ten seconds before they kill; a person at a terminal less. */
const STOP_DEADLINE_MS = 5_000;
/** Keeps a process alive that has no plane: without a listener, and while its database is away, nothing else would. */
const PRESENCE_MS = 3_600_000;
/** 128 and the signal's number, as shells have it. */
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const satisfies Record<Signal, number>;

export async function untilStopped(
  running: Stoppable,
  surroundings: Surroundings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<ExitCode> {
  const presence = setInterval(() => undefined, PRESENCE_MS);
  await new Promise<void>((stopped) => {
    let isStopping = false;
    const forget = surroundings.onSignal((signal) => {
      if (signal === 'SIGHUP') {
        if (!isStopping)
          running
            .reload()
            .catch((error: unknown) => log.error('the sites could not be read again', { error: whence(error) }));
        return;
      }
      if (isStopping) return surroundings.exitNow(SIGNAL_EXIT[signal]);
      isStopping = true;
      const calledOff = clock.after(STOP_DEADLINE_MS, () => {
        log.error('the stop took too long and was cut short', { limitMs: STOP_DEADLINE_MS });
        surroundings.exitNow(EXIT.no);
      });
      const end = (): void => {
        calledOff();
        forget();
        stopped();
      };
      running.stop().then(end, () => {
        log.error('the stop was not clean');
        end();
      });
    });
  });
  clearInterval(presence);
  return EXIT.ok;
}
