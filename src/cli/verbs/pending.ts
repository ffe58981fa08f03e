/** `gate pending`: the requests that wait for a decision. */
import type { Command } from 'commander';
import { oneWord, pageNumber, pageOf, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addPending(program: Command, cli: Cli): void {
  talksToGate(program.command('pending'))
    .description('list the requests that wait for a decision')
    .argument('[site]', 'only those for this host', oneWord)
    .option('--page <number>', 'ten rows at a time, instead of everything', pageNumber)
    .addHelpText(
      'after',
      `
Examples:
  gate pending
  gate pending --json     an array of
                          {id, site, address, path, status, openedAt, expiresAt}`,
    )
    .action((site: string | undefined, options: CommonOptions & { page?: string }) =>
      sendLine(cli, ['pending', ...(site === undefined ? [] : [site]), ...pageOf(options)], options),
    );
}
