/**
 * Reads a command that somebody typed: `approve 4k2m for 8h`. Words go to the parameters in their order; the name of one that
 * is named takes what follows it. A word that no parameter takes is named by its place, so that the verb shows its usage.
 */
import type { Command } from '../contract/commands.js';
import type { Parameter } from './declaration.js';
import { verbNamed } from './verbs.js';

/** More than any command needs before its text; limits the work that a stranger's line can cause. */
const MAX_WORDS_CHARACTERS = 500;
/** Far more than the desk keeps of a reason. */
const MAX_LINE_CHARACTERS = 2_000;
/** Quotes keep words together, also the curly ones of phones and chat clients. */
const WORD = /["“”„]([^"“”„]*)["“”„]?|'([^']*)'?|(\S+)/gu;

interface Word {
  readonly text: string;
  /** Where the line goes on behind it. */
  readonly end: number;
}

export function parseLine(line: string): Command {
  const [first, ...words] = wordsOf(line);
  const typed = first?.text ?? 'help';
  const verb = verbNamed(typed);
  if (verb === undefined) return { verb: typed, args: {} };
  const parameters = Object.entries(verb.parameters);
  const places = parameters.filter(([, { isNamed }]) => isNamed !== true);
  const [place] = places;
  // `help /gate grants` is what somebody types who saw the whole line
  const following = place?.[1].kind === 'verb' && isGate(words[0]) ? words.slice(1) : words;
  const at = following.findIndex(({ text }) => verb.parameters[text.toLowerCase()]?.isNamed === true);
  const placed = at === -1 ? following : following.slice(0, at);
  const args = Object.fromEntries(placed.map(({ text }, index) => [places[index]?.[0] ?? String(index + 1), text]));
  const name = following[at]?.text.toLowerCase();
  const parameter = name === undefined ? undefined : verb.parameters[name];
  if (name === undefined || parameter === undefined) return { verb: verb.name, args };
  return { verb: verb.name, args: { ...args, [name]: restOf(line, following.slice(at), parameter) } };
}

/** What follows the first of these words: a text as it was typed, anything else word by word. */
function restOf(line: string, [name, ...rest]: readonly Word[], { kind }: Parameter): string {
  if (kind === 'text') return line.slice(name?.end, MAX_LINE_CHARACTERS).trim();
  return rest.map(({ text }) => text).join(' ');
}

function wordsOf(line: string): readonly Word[] {
  return [...line.slice(0, MAX_WORDS_CHARACTERS).matchAll(WORD)].map((match) => {
    const [whole, double, single, bare] = match;
    return { text: double ?? single ?? bare ?? '', end: match.index + whole.length };
  });
}

function isGate(word: Word | undefined): boolean {
  return word !== undefined && /^\/?gate$/i.test(word.text);
}
