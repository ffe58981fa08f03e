/** `gate drill`: a harmless test card on every channel, timed. */
import type { Command } from 'commander';
import { sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addDrill(program: Command, cli: Cli): void {
  talksToGate(program.command('drill'))
    .description('send a test card on every channel and time it')
    .addHelpText(
      'after',
      `
Each channel's card goes to the first approver of sites.toml who has an address
there. It asks nothing, and says that you sent it. Where the channel can, it is
redrawn at once: the time is until then, 1.5 s at most.

Example:
  gate drill --json`,
    )
    .action((options: CommonOptions) => sendLine(cli, ['drill'], options));
}
