/** `gate extend <id>`: gives the visitor of an approved request more time. */
import type { Command } from 'commander';
import { duration, oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addExtend(program: Command, cli: Cli): void {
  talksToGate(program.command('extend'))
    .description('move the end of an approval')
    .argument('<id>', "the request's id, or the beginning of it", oneWord)
    .option('--for <duration>', "from now, shorter than the site's own time: 30m, 8h, 2d", duration)
    .addHelpText('after', '\nExample:\n  gate extend 4k2m --for 8h')
    .action((id: string, options: CommonOptions & { for?: string }) =>
      sendLine(cli, ['extend', id, ...(options.for === undefined ? [] : ['for', options.for])], options),
    );
}
