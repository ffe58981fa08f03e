/** `/gate` from any surface: one command in, one channel-neutral answer out. This room puts it in words; the desk decides. */
import type { Commands } from '../contract/commands.js';
import type { CommandDeps } from './deps.js';
import { unknownVerb } from './known-verbs.js';
import { VERBS, verbNamed } from './verbs.js';

export function createCommands(deps: CommandDeps): Commands {
  return {
    run(call) {
      const verb = verbNamed(call.verb);
      return verb === undefined ? Promise.resolve(unknownVerb(VERBS, call.verb, call.actor)) : verb.run(call, deps);
    },
  };
}
