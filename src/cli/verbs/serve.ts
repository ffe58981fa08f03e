/** `gate serve`: the gate itself. What it does is in serve-here.ts. */
import type { Command } from 'commander';
import { serveHere } from '../serve-here.js';
import type { Surroundings } from '../surroundings.js';
import type { Cli } from '../verb.js';

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
it, SIGHUP reads the sites and the TLS files again.

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
