/** `gate who`: as whom the gate knows the operator here. */
import type { Command } from 'commander';
import { sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addWho(program: Command, cli: Cli): void {
  talksToGate(program.command('who'))
    .description('say who you are to the gate, and what you decide')
    .addHelpText('after', '\nExample:\n  gate who --as ada')
    .action((options: CommonOptions) => sendLine(cli, ['who'], options));
}
