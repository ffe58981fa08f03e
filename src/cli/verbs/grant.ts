/** `gate grant <address> <site>`: lets an address in that has not asked. */
import type { Command } from 'commander';
import { duration, oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addGrant(program: Command, cli: Cli): void {
  talksToGate(program.command('grant'))
    .description('let an address in without a request')
    .argument('<address>', "the visitor's address, IPv4 or IPv6", oneWord)
    .argument('<site>', "the site's host", oneWord)
    .option('--for <duration>', "shorter than the site's own time: 30m, 8h, 2d", duration)
    .addHelpText('after', '\nExample:\n  gate grant 192.0.2.7 stg.example.org --for 1d')
    .action((address: string, site: string, options: CommonOptions & { for?: string }) =>
      sendLine(cli, ['grant', address, site, ...(options.for === undefined ? [] : ['for', options.for])], options),
    );
}
