/** `gate deny <id>`: refuses a request, with or without a reason; audited as `operator:<name>`. */
import { Option, type Command } from 'commander';
import { oneWord, sendLine, someWords, talksToGate, type Cli, type CommonOptions } from '../verb.js';

type Options = CommonOptions & { readonly because?: string; readonly telling?: string };

export function addDeny(program: Command, cli: Cli): void {
  talksToGate(program.command('deny'))
    .description('deny a request')
    .argument('<id>', "the request's id, or the beginning of it", oneWord)
    .addOption(new Option('--because <reason>', 'why, for approvers alone').argParser(someWords).conflicts('telling'))
    .addOption(new Option('--telling <reason>', 'why, for the visitor to read, too').argParser(someWords))
    .addHelpText('after', '\nExamples:\n  gate deny 4k2m\n  gate deny 4k2m --telling "ask for access by mail first"')
    .action((id: string, options: Options) => sendLine(cli, ['deny', id, ...reasonOf(options)], options));
}

function reasonOf({ because, telling }: Options): readonly string[] {
  if (because !== undefined) return ['because', because];
  return telling === undefined ? [] : ['telling', telling];
}
