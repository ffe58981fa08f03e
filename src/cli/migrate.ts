/** `gate migrate`: brings the database to this version's schema. `serve` does so by itself; this is for doing it before. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import type * as Open from '../ledger/open.js';
import type { LedgerPlace } from '../ledger/open.js';
import { databaseFile } from './database-file.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { loadHere, printProblems } from './load.js';
import { plain, plainJson } from './plain.js';
import { tellFailure } from './failure.js';
import type { Surroundings } from './surroundings.js';
import type { Cli } from './verb.js';

interface Options {
  readonly check?: true;
  readonly json?: true;
}

export function addMigrate(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .description("bring the database to this version's schema")
    .option('--check', 'only say what would run; exit code 1 when something would')
    .option('--json', 'print the names of the migrations as JSON')
    .addHelpText(
      'after',
      `
"gate serve" does it by itself at the start; this does it before, for deployments
that want it apart.

Examples:
  gate migrate --check
  gate migrate`,
    )
    .action(async (options: Options) => cli.end(await migrate(cli.surroundings, options)));
}

async function migrate(surroundings: Surroundings, options: Options): Promise<ExitCode> {
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'problems') {
    printProblems(loaded.problems, surroundings);
    return EXIT.configuration;
  }
  const where = whereOf(loaded.config, surroundings);
  const ledger = await import('../ledger/open.js');
  const isCheck = options.check === true;
  try {
    const names = isCheck ? await ledger.pendingMigrations(where) : await migrated(where, ledger);
    surroundings.out.write(options.json === true ? `${plainJson(names)}\n` : inWords(names, isCheck));
    return isCheck && names.length > 0 ? EXIT.no : EXIT.ok;
  } catch (error) {
    return tellFailure(error, surroundings, 'Nothing was migrated');
  }
}

type Ledgers = Pick<typeof Open, 'migrateLedger'>;

/** The folder is made as `serve` makes it; a mere check makes nothing. */
async function migrated(where: LedgerPlace, ledger: Ledgers): Promise<readonly string[]> {
  if (where.kind === 'sqlite') mkdirSync(resolve(where.file, '..'), { recursive: true, mode: 0o700 });
  return ledger.migrateLedger(where);
}

function inWords(names: readonly string[], isCheck: boolean): string {
  if (names.length === 0) return "The database has this version's schema.\n";
  return `${isCheck ? 'Would run' : 'Ran'}:\n${names.map((name) => `  ${plain(name)}\n`).join('')}`;
}

function whereOf(config: Config, surroundings: Surroundings): LedgerPlace {
  if (config.databaseUrl !== null) return { kind: 'postgres', url: config.databaseUrl };
  return { kind: 'sqlite', file: resolve(surroundings.folder, databaseFile(config)) };
}
