/**
 * `gate serve` with the two seams that no variable reaches: shorter leases, so that they run out within a test, and a wall
 * clock that jumps when it is told to. Everything else is the product's own.
 */
import { systemChance } from '../../src/base/chance.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { serve } from '../../src/compose.js';
import { tellFailure } from '../../src/cli/failure.js';
import { loadHere, loadingOf, printProblems } from '../../src/cli/load.js';
import type { Surroundings } from '../../src/cli/surroundings.js';
import { untilStopped } from '../../src/cli/until-stopped.js';
import { reloadDirectory } from '../../src/config/reload.js';
import type { Limits } from '../../src/delivery/limits.js';

/** What the harness tells a running process. */
export interface ClockJump {
  readonly aheadMs: number;
}

const LOOPBACK = '127.0.0.1';
const limits = JSON.parse(process.argv[2] ?? '{}') as Partial<Limits>;
let aheadMs = Number(process.argv[3] ?? '0');

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
  user: 'harness',
  onSignal(listener) {
    process.on('SIGTERM', listener);
    return () => process.off('SIGTERM', listener);
  },
  exitNow: (code) => process.exit(code),
};

process.exitCode = await run();
process.disconnect();

async function run(): Promise<number> {
  const loaded = loadHere(surroundings);
  if (loaded.kind !== 'ok') {
    printProblems(loaded.problems, surroundings);
    return 78;
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
    courierLimits: limits,
  });
  const gate = await starting.catch((error: unknown) => tellFailure(error, surroundings, 'The gate did not start'));
  if (typeof gate === 'number') return gate;
  return untilStopped({ stop: () => gate.stop(), reload: () => Promise.resolve() }, surroundings, { clock, log });
}
