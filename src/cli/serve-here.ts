/**
 * A gate as its surroundings have it, from its configuration until it is told to stop. Events go to standard output, the
 * log to standard error.
 */
import { networkInterfaces } from 'node:os';
import { systemRandom } from '../base/crypto/random.js';
import { systemClock } from '../base/time/clock.js';
import { jsonLog } from '../base/process/log.js';
import type { ServeDeps } from '../compose/compose.js';
import type { Config } from '../config/config.js';
import { reloadDirectory, rereadTls } from '../config/reload.js';
import type { LineOutput } from '../base/process/line-output.js';
import type { OutputHealth, ProcessHealth } from '../contract/process-health.js';
import { descriptorLimit } from './descriptor-limit.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { tellFailure } from './failure.js';
import { createFaults, type Faults } from './faults.js';
import { holdSignals } from './held-signals.js';
import { loadHere, loadingOf, printProblems } from './load.js';
import { outputsOfAService } from './process-outputs.js';
import { notices } from './start-summary.js';
import type { Surroundings } from './surroundings.js';
import { untilStopped } from './until-stopped.js';

/** What another program than `gate` may put in the place of what is usual: no variable and no argument does. */
export type OwnDeps = Partial<Pick<ServeDeps, 'clock' | 'hosts' | 'courierLimits'>>;

/** Levels at which a start is worth a line. */
const TELLING: ReadonlySet<Config['logLevel']> = new Set(['info', 'debug', 'trace']);

/** Answers how the process is to end. */
export async function serveHere(surroundings: Surroundings, own: OwnDeps = {}): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'ok') return run(loaded.config, surroundings, own);
  printProblems(loaded.problems, surroundings);
  return EXIT.configuration;
}

async function run(config: Config, surroundings: Surroundings, own: OwnDeps): Promise<ExitCode> {
  const outputs = outputsOfAService(surroundings);
  const log = jsonLog(config.logLevel, outputs.err);
  const { clock = systemClock() } = own;
  const held = holdSignals(surroundings, clock);
  const isQuiet = !TELLING.has(config.logLevel);
  const told = notices(surroundings, { log, out: outputs.err, isQuiet });
  const faults = createFaults(surroundings, { clock, log });
  const { serve } = await import('../compose/compose.js');
  const starting = serve(config, {
    channels: surroundings.channels,
    random: systemRandom(),
    log,
    pid: process.pid,
    descriptorLimit: descriptorLimit(),
    events: outputs.out,
    health: healthOf(outputs, faults),
    rereadSites: () => reloadDirectory(loadingOf(surroundings), config),
    rereadTls: () => rereadTls(loadingOf(surroundings), config),
    hosts: { public: everyInterface(), gate: config.gateHost, admin: config.adminHost },
    openAdminMounts: [],
    onListening: () => faults.attend(),
    ...own,
    clock,
  });
  const gate = await starting.catch((error: unknown) => tellFailure(error, surroundings, 'The gate did not start'));
  if (typeof gate === 'number') {
    held.release();
    return gate;
  }
  told.started(config);
  const reload = async (): Promise<void> => {
    const { problems } = await gate.reload('sighup');
    if (problems.length === 0) log.info('sites were read again');
    else printProblems(problems, surroundings);
  };
  return untilStopped({ stop: () => gate.stop(), reload }, surroundings, { clock, log, held, faults, told });
}

function healthOf({ out, err }: ReturnType<typeof outputsOfAService>, faults: Faults): ProcessHealth {
  const ofOutput = (name: OutputHealth['name'], output: LineOutput): OutputHealth => ({ name, ...output.report() });
  return { outputs: () => [ofOutput('events', out), ofOutput('log', err)], faults: () => faults.report() };
}

/** IPv4 and IPv6 where the machine has IPv6; where it has none, listening on `::` would fail. */
function everyInterface(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.some((address) => address.family === 'IPv6') ? '::' : '0.0.0.0';
}
