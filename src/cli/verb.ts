/** What the commands of this program that talk to the running gate share: their common options. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Cli, CommonOptions } from './cli.js';

export type { Cli, CommonOptions };

/** `--json` and `--as`, for verbs that talk to the running gate. */
export function talksToGate(command: Command): Command {
  return command
    .option('--json', 'print what the gate answered as JSON')
    .option('--as <name>', "the operator's name in the audit trail (default: who you are here)", operatorName);
}

export function operatorOf(cli: Cli, options: CommonOptions): string {
  return options.as ?? cli.surroundings.user;
}

function operatorName(text: string): string {
  if (/^[^\s\p{Cc}]{1,64}$/u.test(text)) return text;
  throw new InvalidArgumentError('It must be one word of at most 64 characters.');
}
