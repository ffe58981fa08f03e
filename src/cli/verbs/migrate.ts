/** `gate migrate`: brings the database to this version's schema. `serve` does so too; this is for doing it beforehand. */
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import { ledgerPlaceHere } from '../ledger-place.js';
import { loadHere, printProblems } from '../load.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { tellFailure } from '../failure.js';
import type { Surroundings } from '../surroundings.js';
import type { Cli } from '../verb.js';

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
  const where = ledgerPlaceHere(loaded.config, surroundings);
  const ledger = await import('../../ledger/open.js');
  const isCheck = options.check === true;
  try {
    const names = isCheck ? await ledger.pendingMigrations(where) : await ledger.migrateLedger(where);
    surroundings.out.write(options.json === true ? `${plainJson(names)}\n` : inWords(names, isCheck));
    return isCheck && names.length > 0 ? EXIT.no : EXIT.ok;
  } catch (error) {
    return tellFailure(error, surroundings, 'Nothing was migrated');
  }
}

function inWords(names: readonly string[], isCheck: boolean): string {
  if (names.length === 0) return "The database has this version's schema.\n";
  return `${isCheck ? 'Would run' : 'Ran'}:\n${names.map((name) => `  ${plain(name)}\n`).join('')}`;
}
