/** `gate accounts [approver]`: the chat accounts that were bound by `/gate link`. */
import type { Command } from 'commander';
import { oneWord, pageNumber, pageOf, sendLine, talksToGate, type Cli, type CommonOptions } from '../verb.js';

export function addAccounts(program: Command, cli: Cli): void {
  talksToGate(program.command('accounts'))
    .description('list the chat accounts that decide in the name of approvers by /gate link')
    .argument('[approver]', 'only those of this approver', oneWord)
    .option('--page <number>', 'only this page of a long list', pageNumber)
    .addHelpText('after', '\nExamples:\n  gate accounts\n  gate accounts rpm@koder.dev')
    .action((approver: string | undefined, options: CommonOptions & { page?: string }) =>
      sendLine(cli, ['accounts', ...(approver === undefined ? [] : [approver]), ...pageOf(options)], options),
    );
}
