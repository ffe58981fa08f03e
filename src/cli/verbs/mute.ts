/** `gate mute <site|address>`: no cards from there for a while. */
import type { Command } from 'commander';
import { duration, oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addMute(program: Command, cli: Cli): void {
  talksToGate(program.command('mute'))
    .description('send no cards from a site or an address for a while')
    .argument('<what>', "a site's host, or an address: then on every site", oneWord)
    .option('--for <duration>', 'how long, at most 7d: 30m, 8h, 2d (default: 1h)', duration)
    .addHelpText('after', '\nExamples:\n  gate mute stg.example.org\n  gate mute 192.0.2.7 --for 1d')
    .action((what: string, options: CommonOptions & { for?: string }) =>
      sendLine(cli, ['mute', what, ...(options.for === undefined ? [] : ['for', options.for])], options),
    );
}
