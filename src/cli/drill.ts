/** `gate drill`: a harmless test card on every channel, timed. */
import type { Command } from 'commander';
import { sendLine, talksToGate, type Cli, type CommonOptions } from './verb.js';

export function addDrill(program: Command, cli: Cli): void {
  talksToGate(program.command('drill'))
    .description('send a test card on every channel and time it')
    .addHelpText('after', '\nExample:\n  gate drill --json')
    .action((options: CommonOptions) => sendLine(cli, ['drill'], options));
}
