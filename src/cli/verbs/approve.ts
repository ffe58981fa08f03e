/** `gate approve <id>`: lets the visitor in; audited as `operator:<name>`. */
import type { Command } from 'commander';
import { duration, oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addApprove(program: Command, cli: Cli): void {
  talksToGate(program.command('approve'))
    .description('approve a request')
    .argument('<id>', "the request's id, or the beginning of it", oneWord)
    .option('--for <duration>', "shorter than the site's own time: 30m, 8h, 2d", duration)
    .addHelpText('after', '\nExamples:\n  gate approve 4k2m\n  gate approve 4k2m --for 8h --as ada')
    .action((id: string, options: CommonOptions & { for?: string }) =>
      sendLine(cli, ['approve', id, ...(options.for === undefined ? [] : ['for', options.for])], options),
    );
}
