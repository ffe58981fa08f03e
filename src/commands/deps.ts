/** What the verbs work with, and who calls them. */
import type { Directory } from '../approval/site.js';
import type { Clock } from '../base/time/clock.js';
import type { Actor } from '../approval/request.js';
import type { Check, DrillLine } from '../contract/admin.js';
import type { Acting, Desk } from '../contract/desk.js';

export interface CommandDeps {
  readonly desk: Desk;
  readonly directory: () => Directory;
  readonly clock: Clock;
  /** Absent where the installation cannot be examined. */
  readonly doctor?: () => Promise<readonly Check[]>;
  /** Puts a test card before whoever asks (`desk.who` says who that is), on every channel. Absent where nothing is delivered. */
  readonly drill?: (actor: Actor) => Promise<readonly DrillLine[]>;
}

export interface VerbCall extends CommandDeps {
  readonly acting: Acting;
}
