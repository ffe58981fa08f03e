/** `gate help [verb]`: the same as the verb's own `--help`. Also without the process running. */
import type { Command } from 'commander';
import { nearest } from '../../base/text/nearest.js';

/** Over all the others, so it is added last. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('say what can be done, or how one verb is typed')
    .argument('[verb...]', 'a verb, and what follows it: audit verify')
    .action((words: readonly string[]) => {
      helpOf(program, words).help();
    });
}

function helpOf(program: Command, words: readonly string[]): Command {
  return words.reduce<Command>((found, word) => {
    const next = found.commands.find((command) => command.name() === word);
    if (next !== undefined) return next;
    const near = nearest(
      word,
      found.commands.map((command) => command.name()),
    );
    const hint = near === null ? '' : ` Did you mean ${near}?`;
    return program.error(`error: there is no verb '${[...words].join(' ')}'.${hint}`);
  }, program);
}
