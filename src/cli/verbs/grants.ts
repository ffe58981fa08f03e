/** `gate grants`: who may pass now, and until when. */
import type { Command } from 'commander';
import { oneWord, pageNumber, pageOf, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addGrants(program: Command, cli: Cli): void {
  talksToGate(program.command('grants'))
    .description('list the addresses that may pass now')
    .argument('[site]', 'only those for this host', oneWord)
    .option('--page <number>', 'ten rows at a time, instead of everything', pageNumber)
    .addHelpText('after', '\nExample:\n  gate grants stg.example.org')
    .action((site: string | undefined, options: CommonOptions & { page?: string }) =>
      sendLine(cli, ['grants', ...(site === undefined ? [] : [site]), ...pageOf(options)], options),
    );
}
