/**
 * A gate as its surroundings have it, from its configuration until it is told to stop. Events go to standard output, the
 * log to standard error.
 */
import { networkInterfaces } from 'node:os';
import { systemChance } from '../base/chance.js';
import { systemClock } from '../base/clock.js';
import { jsonLog } from '../base/log.js';
import type { ServeSeams } from '../compose.js';
import type { Config } from '../config/config.js';
import { reloadDirectory } from '../config/reload.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { tellFailure } from './failure.js';
import { loadHere, loadingOf, printProblems } from './load.js';
import type { Surroundings } from './surroundings.js';
import { untilStopped } from './until-stopped.js';

/** What another program than `gate` may put in the place of what is usual: no variable and no argument does. */
export type OwnSeams = Partial<Pick<ServeSeams, 'clock' | 'hosts' | 'courierLimits'>>;

const LOOPBACK = '127.0.0.1';

/** Answers how the process is to end. */
export async function serveHere(surroundings: Surroundings, own: OwnSeams = {}): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'ok') return run(loaded.config, surroundings, own);
  printProblems(loaded.problems, surroundings);
  return EXIT.configuration;
}

async function run(config: Config, surroundings: Surroundings, own: OwnSeams): Promise<ExitCode> {
  const log = jsonLog(config.logLevel, surroundings.err);
  const { clock = systemClock() } = own;
  const { serve } = await import('../compose.js');
  const starting = serve(config, {
    chance: systemChance(),
    log,
    pid: process.pid,
    events: surroundings.out,
    rereadSites: () => reloadDirectory(loadingOf(surroundings), config),
    hosts: { public: everyInterface(), gate: LOOPBACK, admin: LOOPBACK },
    openAdminMounts: [],
    ...own,
    clock,
  });
  const gate = await starting.catch((error: unknown) => tellFailure(error, surroundings, 'The gate did not start'));
  if (typeof gate === 'number') return gate;
  log.info('ready', readyFields(config));
  const reload = async (): Promise<void> => {
    const { problems } = await gate.reload('sighup');
    if (problems.length === 0) log.info('sites were read again');
    else printProblems(problems, surroundings);
  };
  return untilStopped({ stop: () => gate.stop(), reload }, surroundings, { clock, log });
}

/** The ports of planes that this process has. */
function readyFields({ roles, publicPort, gatePort, adminPort }: Config): Record<string, unknown> {
  return {
    roles: [...roles],
    ...(roles.has('public') ? { publicPort } : {}),
    ...(roles.has('gate') ? { gatePort } : {}),
    ...(roles.has('admin') ? { adminPort } : {}),
  };
}

/** IPv4 and IPv6 where the machine has IPv6; where it has none, listening on `::` would fail. */
function everyInterface(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.some((address) => address.family === 'IPv6') ? '::' : '0.0.0.0';
}
