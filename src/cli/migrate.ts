/** `gate migrate`: brings the database to this version's schema. `serve` does so by itself; this is for doing it before. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { jsonLog } from '../base/log.js';
import type { Config } from '../config/config.js';
import { databaseFile } from './database-file.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { loadHere, printProblems } from './load.js';
import { tellStartFailure } from './start-failure.js';
import type { Surroundings } from './surroundings.js';
import type { Cli } from './verb.js';

export function addMigrate(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .description("bring the database to this version's schema")
    .addHelpText(
      'after',
      `
"gate serve" does it by itself at the start; this does it before, for deployments that want it apart.`,
    )
    .action(async () => cli.end(await migrate(cli.surroundings)));
}

async function migrate(surroundings: Surroundings): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'problems') {
    printProblems(loaded.problems, surroundings);
    return EXIT.configuration;
  }
  const where = whereOf(loaded.config, surroundings);
  const { openLedger } = await import('../ledger/open.js');
  const log = jsonLog(loaded.config.logLevel, surroundings.err);
  try {
    const ledger = await openLedger(where, { log });
    await ledger.close();
  } catch (error) {
    return tellStartFailure(error, surroundings);
  }
  surroundings.out.write('The database has the schema of this version.\n');
  return EXIT.ok;
}

function whereOf(config: Config, surroundings: Surroundings) {
  if (config.databaseUrl !== null) return { kind: 'postgres', url: config.databaseUrl } as const;
  const file = resolve(surroundings.folder, databaseFile(config));
  mkdirSync(resolve(surroundings.folder, config.dataDir), { recursive: true, mode: 0o700 });
  return { kind: 'sqlite', file } as const;
}
