/** `gate deny <id>`: refuses a request; audited as `operator:<name>`. */
import type { Command } from 'commander';
import { oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from './verb.js';

export function addDeny(program: Command, cli: Cli): void {
  talksToGate(program.command('deny'))
    .description('deny a request')
    .argument('<id>', "the request's id, or the beginning of it", oneWord)
    .addHelpText('after', '\nExample:\n  gate deny 4k2m')
    .action((id: string, options: CommonOptions) => sendLine(cli, ['deny', id], options));
}
