/** `gate show <id>`: everything about one request. */
import type { Command } from 'commander';
import { oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addShow(program: Command, cli: Cli): void {
  talksToGate(program.command('show'))
    .description('show one request')
    .argument('<id>', "the request's id, or the beginning of it", oneWord)
    .addHelpText('after', '\nExample:\n  gate show 4k2m')
    .action((id: string, options: CommonOptions) => sendLine(cli, ['show', id], options));
}
