/** `/gate` from any surface: one line in, one channel-neutral answer out. This room parses and words; the desk decides. */
import type { Actor } from '../approval/request.js';
import type { CommandAnswer, Commands } from '../contract/commands.js';
import { accountsVerb, unlinkVerb } from './verbs/accounts.js';
import { failed, ok } from './answers.js';
import { approveVerb, denyVerb } from './verbs/decisions.js';
import { doctorVerb, drillVerb } from './verbs/doctor.js';
import { extendVerb, grantsVerb, grantVerb, revokeVerb } from './verbs/grants.js';
import { historyVerb } from './verbs/history.js';
import { linkVerb, whoVerb } from './verbs/identity.js';
import { muteVerb, unmuteVerb } from './verbs/mutes.js';
import { nearest } from '../base/nearest.js';
import { pendingVerb, showVerb } from './verbs/requests.js';
import type { CommandParts, Verb } from './verb.js';
import { wordsOf } from './words.js';

const VERBS: readonly Verb[] = [
  pendingVerb,
  showVerb,
  approveVerb,
  denyVerb,
  grantsVerb,
  grantVerb,
  revokeVerb,
  extendVerb,
  historyVerb,
  muteVerb,
  unmuteVerb,
  whoVerb,
  accountsVerb,
  linkVerb,
  unlinkVerb,
  doctorVerb,
  drillVerb,
  {
    name: 'help',
    usage: 'help [verb]',
    summary: 'Says what can be done, and how to type it.',
    example: 'help approve',
    run: ({ words, call }) => Promise.resolve(help(words, call.actor)),
  },
];

export function createCommands(parts: CommandParts): Commands {
  return {
    async run(call) {
      const [typed = 'help', ...words] = wordsOf(call.line);
      const verb = verbNamed(typed);
      if (verb === undefined) return unknownVerb(typed, call.actor);
      return (
        (await verb.run({ ...parts, call, words })) ??
        failed('usage', `Usage: ${verb.usage}`, `For example: ${verb.example}`)
      );
    },
  };
}

function help(words: readonly string[], actor: Actor): CommandAnswer | null {
  const [typed, ...rest] = words;
  if (rest.length > 0) return null;
  if (typed === undefined) return overview(actor);
  const verb = verbNamed(typed);
  if (verb === undefined) return unknownVerb(typed, actor);
  const { name, usage, summary, example } = verb;
  return ok([summary, `Usage: ${usage}`, `For example: ${example}`], { name, usage, summary, example });
}

function overview(actor: Actor): CommandAnswer {
  const verbs = verbsOf(actor);
  return {
    kind: 'table',
    title: 'What can be done',
    columns: ['type', 'and it'],
    rows: verbs.map(({ usage, summary }) => [usage, summary]),
    more: null,
    empty: '',
    data: verbs.map(({ name, usage, summary, example }) => ({ name, usage, summary, example })),
  };
}

function unknownVerb(typed: string, actor: Actor): CommandAnswer {
  const near = nearest(
    typed,
    verbsOf(actor).map((verb) => verb.name),
    1, // verbs are short: two mistakes make one verb of another
  );
  const hint = near === null ? 'Type help to see them all.' : `Did you mean ${near}?`;
  return failed('unknown_verb', `There is no verb “${typed}”. ${hint}`);
}

function verbNamed(typed: string): Verb | undefined {
  return VERBS.find((verb) => verb.name === typed.toLowerCase());
}

function verbsOf(actor: Actor): readonly Verb[] {
  return VERBS.filter(({ isFor }) => {
    if (isFor === 'operators') return actor.kind === 'operator';
    return isFor === undefined || actor.kind === 'chat';
  });
}
