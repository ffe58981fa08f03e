/** Verbs by what somebody typed, and what is said where there is none. */
import type { Actor } from '../approval/request.js';
import { nearest } from '../base/text/nearest.js';
import type { CommandAnswer } from '../contract/commands.js';
import { failed } from './answers.js';
import type { Verb } from './verb.js';

/** With the slash that people put before everything in a chat, or without. */
export function verbIn(verbs: readonly Verb[], typed: string): Verb | undefined {
  const name = typed.toLowerCase().replace(/^\//, '');
  return verbs.find((verb) => verb.name === (ASKS_FOR_HELP.has(name) ? 'help' : name));
}

const ASKS_FOR_HELP: ReadonlySet<string> = new Set(['?', '-h', '--help']);

/** Those that help shows to this actor. */
export function verbsFor(verbs: readonly Verb[], actor: Actor): readonly Verb[] {
  return verbs.filter(({ isFor }) => {
    if (isFor === 'operators') return actor.kind === 'operator';
    return isFor === undefined || actor.kind === 'chat';
  });
}

export function unknownVerb(verbs: readonly Verb[], typed: string, actor: Actor): CommandAnswer {
  const near = nearest(
    typed,
    verbsFor(verbs, actor).map((verb) => verb.name),
    1, // verbs are short: two mistakes make one verb of another
  );
  const hint = near === null ? 'Type help to see them all.' : `Did you mean ${near}?`;
  return failed('unknown_verb', `There is no verb “${typed}”. ${hint}`);
}
