/**
 * `gate serve` with what no variable reaches: the courier's limits, so that leases run out within a test, and a wall clock
 * that is wrong or jumps when it is told to. Its one argument behind `serve` is a JSON text; all else is the product's own.
 */
import { systemChance } from '../../src/base/chance.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { EXIT, type ExitCode } from '../../src/cli/exit-code.js';
import { tellFailure } from '../../src/cli/failure.js';
import { loadHere, loadingOf, printProblems } from '../../src/cli/load.js';
import type { Signal, Surroundings } from '../../src/cli/surroundings.js';
import { untilStopped } from '../../src/cli/until-stopped.js';
import { serve } from '../../src/compose.js';
import { reloadDirectory } from '../../src/config/reload.js';
import type { Limits } from '../../src/delivery/limits.js';

export interface Seams {
  readonly courierLimits?: Partial<Limits>;
  /** How far the process's wall clock is ahead of the truth; negative: behind. */
  readonly aheadMs?: number;
}

/** What a running process is told over its IPC channel, where it was given one. */
export interface ClockJump {
  readonly aheadMs: number;
}

const LOOPBACK = '127.0.0.1';
const seams = JSON.parse(process.argv[3] ?? '{}') as Seams;
let aheadMs = seams.aheadMs ?? 0;

process.on('message', (jump: ClockJump) => {
  ({ aheadMs } = jump);
});
process.channel?.unref();

const system = systemClock();
const clock: Clock = { ...system, nowMs: () => system.nowMs() + aheadMs };

const surroundings: Surroundings = {
  environment: process.env,
  folder: process.cwd(),
  out: process.stdout,
  err: process.stderr,
  columns: null,
  user: 'test',
  onSignal(listener: (signal: Signal) => void) {
    process.on('SIGTERM', listener);
    return () => process.off('SIGTERM', listener);
  },
  exitNow: (code) => process.exit(code),
};

process.exitCode = await run();
if (process.connected) process.disconnect();

async function run(): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind !== 'ok') {
    printProblems(loaded.problems, surroundings);
    return EXIT.configuration;
  }
  const { config } = loaded;
  const log = jsonLog(config.logLevel, surroundings.err);
  const starting = serve(config, {
    clock,
    chance: systemChance(),
    log,
    pid: process.pid,
    events: surroundings.out,
    rereadSites: () => reloadDirectory(loadingOf(surroundings), config),
    hosts: { public: LOOPBACK, gate: LOOPBACK, admin: LOOPBACK },
    openAdminMounts: [],
    courierLimits: seams.courierLimits ?? {},
  });
  const gate = await starting.catch((error: unknown) => tellFailure(error, surroundings, 'The gate did not start'));
  if (typeof gate === 'number') return gate;
  log.info('ready');
  return untilStopped({ stop: () => gate.stop(), reload: () => Promise.resolve() }, surroundings, { clock, log });
}
