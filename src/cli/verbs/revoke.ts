/** `gate revoke <id|address>`: takes a grant back. */
import type { Command } from 'commander';
import { oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addRevoke(program: Command, cli: Cli): void {
  talksToGate(program.command('revoke'))
    .description('take a grant back')
    .argument(
      '<what>',
      "a grant's number, the beginning of its request's id, or an address: then on every site",
      oneWord,
    )
    .addHelpText('after', '\nExamples:\n  gate revoke 17\n  gate revoke 4k2m\n  gate revoke 192.0.2.7')
    .action((what: string, options: CommonOptions) => sendLine(cli, ['revoke', what], options));
}
