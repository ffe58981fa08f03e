/** `help`: what can be done, and how each verb is typed. Shows nobody what is not for them. */
import type { Actor } from '../../approval/request.js';
import type { CommandAnswer } from '../../contract/commands.js';
import { ok } from '../answers.js';
import { defineVerb, type Verb } from '../verb.js';
import { unknownVerb, verbIn, verbsFor } from '../known-verbs.js';
import { asSentence, typedLine, usageOf } from '../written.js';

/** It explains the others, and itself. */
export function helpVerb(others: readonly Verb[]): Verb {
  const help: Verb = defineVerb({
    name: 'help',
    summary: 'say what can be done, and how to type it',
    parameters: {
      verb: { kind: 'verb', isRequired: false, help: 'the verb to explain', completedBy: 'verbs' },
    },
    examples: [{ verb: 'approve' }],
    run({ verb }, { acting: { actor } }) {
      const all = [...others, help];
      return Promise.resolve(verb === undefined ? overview(all, actor) : explanation(all, verb, actor));
    },
  });
  return help;
}

function explanation(all: readonly Verb[], typed: string, actor: Actor): CommandAnswer {
  const verb = verbIn(all, typed);
  if (verb === undefined) return unknownVerb(all, typed, actor);
  const help = helpOf(verb);
  return ok([help.summary, `Usage: ${help.usage}`, `For example: ${help.example}`], help);
}

function overview(all: readonly Verb[], actor: Actor): CommandAnswer {
  const helps = verbsFor(all, actor).map(helpOf);
  return {
    kind: 'table',
    title: 'What can be done',
    columns: ['type', 'and it'],
    rows: helps.map(({ usage, summary }) => [usage, summary]),
    more: null,
    empty: '',
    data: helps,
  };
}

function helpOf(verb: Verb) {
  const example = typedLine(verb, verb.examples[0]);
  return { name: verb.name, usage: usageOf(verb), summary: asSentence(verb.summary), example };
}
