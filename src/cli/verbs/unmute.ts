/** `gate unmute <site|address>`: its cards are sent again. */
import type { Command } from 'commander';
import { oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addUnmute(program: Command, cli: Cli): void {
  talksToGate(program.command('unmute'))
    .description('send the cards of a muted site or address again')
    .argument('<what>', "a site's host, or an address: then on every site", oneWord)
    .addHelpText('after', '\nExample:\n  gate unmute stg.example.org')
    .action((what: string, options: CommonOptions) => sendLine(cli, ['unmute', what], options));
}
