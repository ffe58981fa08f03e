/** `gate unlink <account> [approver]`: a chat account may decide no longer, or no longer for this approver. */
import type { Command } from 'commander';
import { oneWord, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addUnlink(program: Command, cli: Cli): void {
  talksToGate(program.command('unlink'))
    .description('undo what /gate link did for a chat account')
    .argument('<account>', 'as gate accounts names it', oneWord)
    .argument('[approver]', 'only from this approver, where several share it', oneWord)
    .addHelpText('after', '\nExample:\n  gate unlink slack:T024BE7LD:U061F7AUR')
    .action((account: string, approver: string | undefined, options: CommonOptions) =>
      sendLine(cli, ['unlink', account, ...(approver === undefined ? [] : [approver])], options),
    );
}
