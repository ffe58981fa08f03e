/**
 * The verbs of `/gate` as commands of this program: arguments, options and help are made from what each verb declares
 * (src/commands). They go to the running gate by name.
 */
import { Option, type Command as Program } from 'commander';
import { never } from '../base/process/never.js';
import type { Declaration, Parameter } from '../commands/declaration.js';
import { VERBS } from '../commands/verbs.js';
import { typedLine } from '../commands/written.js';
import type { Command, CommandArgs } from '../contract/commands.js';
import { askAdmin } from './ask-admin.js';
import { withWords, type ChatWords } from './chat-words.js';
import { COMMAND_ANSWER, printAnswer } from './print-answer.js';
import { duration, oneWord, pageNumber, someWords } from './argument-readers.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from './verb.js';

/** Said below a verb's help, besides its examples. */
const NOTES: Readonly<Record<string, string>> = {
  pending: `
With --json an array of {id, site, address, path, status, openedAt, expiresAt}.`,
  drill: `
Each channel's card goes to the first approver of sites.toml who has an address
there. It asks nothing, and says that you sent it. Where the channel can, it is
redrawn at once: the time is until then, 1.5 s at most.`,
};

/** Those with a command of their own here: `doctor` works without the process, `help` is the program's. */
const OWN = new Set(['doctor', 'help']);

export function addGateVerbs(program: Program, cli: Cli): void {
  for (const declared of VERBS) if (declared.isFor !== 'chat' && !OWN.has(declared.name)) add(declared, program, cli);
}

function add(declared: Declaration, program: Program, cli: Cli): void {
  const command = talksToGate(program.command(declared.name)).description(declared.summary);
  const parameters = Object.entries(declared.parameters);
  const places = parameters.filter(([, { isNamed }]) => isNamed !== true);
  for (const [name, parameter] of places) command.argument(argumentOf(name, parameter), parameter.help, oneWord);
  for (const [name, parameter] of parameters)
    if (parameter.isNamed === true) command.addOption(optionOf(name, parameter));
  const words = chatWordsOf(declared);
  if (words !== null) command.argument('[words...]', `as in a chat: ${words.example}`);
  command.addHelpText('after', `${NOTES[declared.name] ?? ''}${examplesOf(declared)}`).action((...given: unknown[]) => {
    const options = command.opts<CommonOptions & CommandArgs>();
    const typed = words === null ? [] : (given[places.length] as readonly string[]);
    const said = words === null ? options : withWords(options, typed, { command, words: words.readers });
    const named = parameters.filter(([, { isNamed }]) => isNamed === true).map(([name]) => [name, said[name]] as const);
    const placed = places.map(([name], index) => [name, given[index]] as const);
    const args = Object.fromEntries([...placed, ...named].filter(([, value]) => value !== undefined)) as CommandArgs;
    return send(cli, { verb: declared.name, args }, options);
  });
}

async function send(cli: Cli, command: Command, options: CommonOptions): Promise<void> {
  const body = { ...command, operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: '/v1/commands', body } as const;
  const answer = await askAdmin(cli, call, { schema: COMMAND_ANSWER, options });
  if (answer !== null) cli.end(printAnswer(answer, { surroundings: cli.surroundings, options, written }));
}

function argumentOf(name: string, { isRequired }: Parameter): string {
  return isRequired === false ? `[${name}]` : `<${name}>`;
}

function optionOf(name: string, parameter: Parameter): Option {
  const option = new Option(`--${name} <${VALUE[parameter.kind]}>`, parameter.help).argParser(readerOf(parameter));
  return parameter.insteadOf === undefined ? option : option.conflicts(parameter.insteadOf);
}

const VALUE = { word: 'word', text: 'reason', duration: 'duration', page: 'number', verb: 'verb' } as const;

/** What may be typed behind the arguments as in a chat; null where nothing may. */
function chatWordsOf({ parameters }: Declaration): { readonly readers: ChatWords; readonly example: string } | null {
  const named = Object.entries(parameters).filter(([, { isNamed, kind }]) => isNamed === true && kind !== 'page');
  if (named.length === 0) return null;
  const readers = Object.fromEntries(named.map(([name, parameter]) => [name, readerOf(parameter)]));
  return { readers, example: named.map(([name, { shown = '…' }]) => `${name} ${shown}`).join(', ') };
}

function examplesOf(declared: Declaration): string {
  const lines = declared.examples.map((args) => `\n  gate ${written({ verb: declared.name, args })}`);
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:${lines.join('')}`;
}

/** `pending stg.example.org --page 2` */
function written({ verb, args }: Command): string {
  const parameters = VERBS.find(({ name }) => name === verb)?.parameters ?? {};
  return typedLine(
    { name: verb, parameters },
    args,
    (name, value) => `--${name} ${/\s/.test(value) ? `"${value}"` : value}`,
  );
}

function readerOf({ kind }: Parameter): (text: string) => string {
  switch (kind) {
    case 'word':
    case 'verb':
      return oneWord;
    case 'text':
      return someWords;
    case 'duration':
      return duration;
    case 'page':
      return pageNumber;
    default:
      return never(kind);
  }
}
