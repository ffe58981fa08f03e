/** What a verb is: a name, its usage in words, and what it does. The table of them is the grammar. */
import type { Directory } from '../approval/site.js';
import type { Clock } from '../base/clock.js';
import type { Actor } from '../approval/request.js';
import type { Check, DrillLine } from '../contract/admin.js';
import type { CommandAnswer, CommandCall } from '../contract/commands.js';
import type { Desk } from '../contract/desk.js';

export interface CommandParts {
  readonly desk: Desk;
  readonly directory: () => Directory;
  readonly clock: Clock;
  /** Absent where the installation cannot be examined. */
  readonly doctor?: () => Promise<readonly Check[]>;
  /** Puts a test card before whoever asks (`desk.who` says who that is), on every channel. Absent where nothing is delivered. */
  readonly drill?: (actor: Actor) => Promise<readonly DrillLine[]>;
}

/** `words` are what follows the verb. */
export interface VerbCall extends CommandParts {
  readonly call: CommandCall;
  readonly words: readonly string[];
}

export interface Verb {
  readonly name: string;
  /** `approve <id> [for 8h]` */
  readonly usage: string;
  readonly summary: string;
  readonly example: string;
  /** Who sees the verb in help. Who may run it, the desk decides. */
  readonly isFor?: 'operators' | 'chat';
  /** Null when the words make no sense for this verb: the caller then shows the usage. */
  run(call: VerbCall): Promise<CommandAnswer | null>;
}
