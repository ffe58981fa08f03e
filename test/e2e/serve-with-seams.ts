/**
 * `gate serve` with what no variable reaches: the courier's limits, so that leases run out within a test, and a clock that
 * is wrong. Its one argument behind `serve` is a JSON text; everything else is the product's own.
 */
import { systemChance } from '../../src/base/chance.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { loadHere, loadingOf } from '../../src/cli/load.js';
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

const LOOPBACK = '127.0.0.1';
const { courierLimits = {}, aheadMs = 0 } = JSON.parse(process.argv[3] ?? '{}') as Seams;
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

const loaded = loadHere(surroundings);
if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;
const log = jsonLog(config.logLevel, surroundings.err);
const gate = await serve(config, {
  clock,
  chance: systemChance(),
  log,
  pid: process.pid,
  events: surroundings.out,
  rereadSites: () => reloadDirectory(loadingOf(surroundings), config),
  hosts: { public: LOOPBACK, gate: LOOPBACK, admin: LOOPBACK },
  openAdminMounts: [],
  courierLimits,
});
log.info('ready');
process.exitCode = await untilStopped({ stop: () => gate.stop(), reload: () => Promise.resolve() }, surroundings, {
  clock,
  log,
});
