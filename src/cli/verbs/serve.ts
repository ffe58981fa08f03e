/** `gate serve`: the gate itself. Events go to standard output, the log to standard error. */
import { networkInterfaces } from 'node:os';
import type { Command } from 'commander';
import { systemChance } from '../../base/chance.js';
import { systemClock } from '../../base/clock.js';
import { jsonLog } from '../../base/log.js';
import type { Config } from '../../config/config.js';
import { reloadDirectory } from '../../config/reload.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { loadHere, loadingOf, printProblems } from '../load.js';
import { tellFailure } from '../failure.js';
import type { Surroundings } from '../surroundings.js';
import { untilStopped } from '../until-stopped.js';
import type { Cli } from '../verb.js';

const LOOPBACK = '127.0.0.1';

export function addServe(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description('run the gate')
    .option('--roles <list>', 'what this process does: public, gate, admin, courier, comma-separated; default all')
    .addHelpText(
      'after',
      `
Reads its variables from the environment and .env, and its sites from SITES_FILE;
.env.example and sites.example.toml explain every one. Events go to standard
output, one JSON line each; the log to standard error. SIGINT and SIGTERM stop
it, SIGHUP reads the sites again.

On PostgreSQL any number of processes may share the work, each with any roles:
public, gate and admin open their ports, courier sends what is due, expires and
holds the sockets of Slack and Discord. A process without admin is not found by
the other verbs and has no /readyz.

Examples:
  gate serve
  gate serve --roles gate,public

Exit codes: 0 stopped, 1 another process has the SQLite database, 69 the database
does not answer or its disk is full, 78 the configuration has problems, a port is
taken or DATA_DIR cannot be written.`,
    )
    .action(async (options: Options) => cli.end(await serveHere(withRoles(cli.surroundings, options))));
}

interface Options {
  readonly roles?: string;
}

/** A flag sets the variable for this process, so that both are checked alike. */
function withRoles(surroundings: Surroundings, { roles }: Options): Surroundings {
  if (roles === undefined) return surroundings;
  return { ...surroundings, environment: { ...surroundings.environment, GATE_ROLES: roles } };
}

async function serveHere(surroundings: Surroundings): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'ok') return run(loaded.config, surroundings);
  printProblems(loaded.problems, surroundings);
  return EXIT.configuration;
}

async function run(config: Config, surroundings: Surroundings): Promise<ExitCode> {
  const log = jsonLog(config.logLevel, surroundings.err);
  const clock = systemClock();
  const { serve } = await import('../../compose.js');
  const starting = serve(config, {
    clock,
    chance: systemChance(),
    log,
    pid: process.pid,
    events: surroundings.out,
    rereadSites: () => reloadDirectory(loadingOf(surroundings), config),
    hosts: { public: everyInterface(), gate: LOOPBACK, admin: LOOPBACK },
    openAdminMounts: [],
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
