/**
 * What is typed behind a verb's arguments as in a chat, `for 8h`, `because not from us`, `page 2`, beside the options that say
 * the same: `--for 8h`.
 */
import { InvalidArgumentError, type Command } from 'commander';
import { EXIT } from './exit-code.js';

/** A word, the option that says the same, and what reads the rest of the line as that option reads its value. */
export type ChatWords = Readonly<Record<string, (text: string) => string>>;

/** The words as the option of the same name, with the options that were given. Ends the command where they make no sense. */
export function withWords<T extends object>(options: T, typed: readonly string[], { command, words }: Said): T {
  const [first, ...rest] = typed;
  if (first === undefined) return options;
  const name = first.toLowerCase();
  const read = Object.hasOwn(words, name) ? words[name] : undefined;
  const known = Object.keys(words);
  if (read === undefined)
    return command.error(
      `error: too many arguments: '${typed.join(' ')}'. What may follow is ${known.join(' or ')} …`,
      USAGE,
    );
  if (known.some((option) => Object.hasOwn(options, option)))
    return command.error(`error: '${name}' was said twice: in words, and as an option`, USAGE);
  try {
    return { ...options, [name]: read(rest.join(' ')) };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return command.error(`error: '${typed.join(' ')}': ${error.message}`, USAGE);
  }
}

export interface Said {
  readonly command: Command;
  readonly words: ChatWords;
}

const USAGE = { exitCode: EXIT.usage };
