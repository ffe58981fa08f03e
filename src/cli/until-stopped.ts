/**
 * Keeps a running gate until it is told to end: SIGINT or SIGTERM stop it gracefully, a second one ends the process at
 * once, and so does a stop that takes too long. Each stop says that it begins and that it is done. SIGHUP reads `sites.toml` and
 * the TLS files again. Too many faults stop it, too.
 */
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import { safeStack } from '../base/process/safe-stack.js';
import { EXIT, SIGNAL_EXIT, type ExitCode } from './exit-code.js';
import type { Faults } from './faults.js';
import type { HeldSignals } from './held-signals.js';
import type { Notices } from './start-summary.js';
import type { Signal, Surroundings } from './surroundings.js';

export interface Stoppable {
  stop(): Promise<void>;
  reload(): Promise<void>;
}

/** Supervisors wait at least ten seconds before they kill; a person at a terminal less. */
const STOP_DEADLINE_MS = 5_000;
/** Keeps a process alive that has no plane: without a listener, and while its database is away, nothing else would. */
const PRESENCE_MS = 3_600_000;

export interface StopDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What came while it started is attended to first. */
  readonly held?: HeldSignals;
  readonly faults?: Pick<Faults, 'whenTooMany'>;
  readonly told?: Pick<Notices, 'stopping' | 'stopped'>;
}

export async function untilStopped(running: Stoppable, surroundings: Surroundings, deps: StopDeps): Promise<ExitCode> {
  const { clock, log, held, faults, told } = deps;
  let code: ExitCode = EXIT.ok;
  const presence = setInterval(() => undefined, PRESENCE_MS);
  await new Promise<void>((stopped) => {
    let isStopping = false;
    const reload = (): void => {
      if (isStopping) return;
      running
        .reload()
        .catch((error: unknown) =>
          log.error('sites.toml and the TLS files could not be read again', { error: safeStack(error) }),
        );
    };
    const stop = (why: string): void => {
      isStopping = true;
      told?.stopping(why);
      const calledOff = clock.after(STOP_DEADLINE_MS, () => {
        log.error('the stop took too long and was cut short', { limitMs: STOP_DEADLINE_MS });
        surroundings.exitNow(code === EXIT.ok ? EXIT.no : code);
      });
      const end = (): void => {
        calledOff();
        forget();
        stopped();
      };
      running.stop().then(
        () => {
          told?.stopped();
          end();
        },
        () => {
          log.error('the stop was not clean');
          end();
        },
      );
    };
    const attend = (signal: Signal): void => {
      if (signal === 'SIGHUP') reload();
      else if (isStopping) surroundings.exitNow(code === EXIT.ok ? SIGNAL_EXIT[signal] : code);
      else stop(signal);
    };
    const forget = surroundings.onSignal(attend);
    held?.release().forEach(attend);
    faults?.whenTooMany(() => {
      log.error('too many faults that nobody caught: the process is stopped and wants to be started again');
      code = EXIT.fault;
      if (!isStopping) stop('too many faults');
    });
  });
  clearInterval(presence);
  return code;
}
