/** What a verb is: what it says of itself, and what it does with arguments that have been read. */
import type { CommandAnswer, CommandCall } from '../contract/commands.js';
import { failed } from './answers.js';
import type { CommandDeps, VerbCall } from './deps.js';
import type { ArgsOf, Declaration, Parameters } from './declaration.js';
import { readArgs } from './read-args.js';
import { typedLine, usageOf } from './written.js';

export interface Verb extends Declaration {
  run(call: CommandCall, deps: CommandDeps): Promise<CommandAnswer>;
}

interface VerbDefinition<P extends Parameters> extends Declaration {
  readonly parameters: P;
  readonly run: (args: ArgsOf<P>, given: VerbCall) => Promise<CommandAnswer>;
}

/** Its arguments are read by its parameters before it runs; where they make no sense, the usage is the answer. */
export function defineVerb<const P extends Parameters>(definition: VerbDefinition<P>): Verb {
  return {
    ...definition,
    run({ args, actor, surface, tapId }, deps) {
      const read = readArgs(definition.parameters, args);
      if (read.kind === 'usage') return Promise.resolve(usageAnswer(definition));
      if (read.kind === 'bad') return Promise.resolve(read.answer);
      return definition.run(read.args as ArgsOf<P>, { ...deps, acting: { actor, surface, tapId } });
    },
  };
}

function usageAnswer(declaration: Declaration): CommandAnswer {
  const example = typedLine(declaration, declaration.examples[0]);
  return failed('usage', `Usage: ${usageOf(declaration)}`, `For example: ${example}`);
}
