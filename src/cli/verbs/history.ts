/** `gate history`: who did what over which channel. */
import type { Command } from 'commander';
import { oneWord, pageNumber, pageOf, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addHistory(program: Command, cli: Cli): void {
  talksToGate(program.command('history'))
    .description('list who did what, newest first')
    .argument('[site]', 'only for this host', oneWord)
    .option('--page <number>', 'ten rows at a time, instead of everything', pageNumber)
    .addHelpText('after', '\nExample:\n  gate history stg.example.org --json')
    .action((site: string | undefined, options: CommonOptions & { page?: string }) =>
      sendLine(cli, ['history', ...(site === undefined ? [] : [site]), ...pageOf(options)], options),
    );
}
