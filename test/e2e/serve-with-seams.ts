/**
 * `gate serve` with what no variable reaches: the courier's limits, so that leases run out within a test, and a wall clock
 * that is wrong or jumps when it is told to. Its one argument behind `serve` is a JSON text; all else is the product's own.
 */
import { systemClock, type Clock } from '../../src/base/clock.js';
import { serveHere } from '../../src/cli/serve-here.js';
import type { Signal, Surroundings } from '../../src/cli/surroundings.js';
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

const { courierLimits = {} } = seams;
const hosts = { public: LOOPBACK, gate: LOOPBACK, admin: LOOPBACK };
process.exitCode = await serveHere(surroundings, { clock, hosts, courierLimits });
if (process.connected) process.disconnect();
