/** What an upgrade is played with: what is wished of it, and what is known of it while it goes on. */
import { openJournal, type OpenJournal } from '../faults/journal.js';
import { isBusy } from '../faults/inflict.js';
import type { Calling } from '../faults/people.js';
import { randomOf } from '../faults/random.js';
import type { Built } from './build.js';
import type { CrossingDeps } from './crossings.js';
import { excusesFor, type Excuse } from './excuses.js';
import type { UpgradeFixture } from './fixture.js';

export interface UpgradeInput {
  readonly seed: string;
  readonly former: Pick<Built, 'root' | 'channels'>;
  /** Where the new version was built to `<root>/dist`. */
  readonly root: string;
  /** How many migrations the new version has and the former has not. */
  readonly newMigrations: number;
  /** Stories at a time, and in all. */
  readonly people: number;
  readonly stories: number;
  /** How often each pair of who opens and who decides crosses over each surface. */
  readonly rounds: number;
  /**
   * Whether cards and callbacks are refused at first, so that either version may send them again. `demanded`: until each side has
   * sent one of the other's, a race that one side may win in every round of a short play.
   */
  readonly passesOn: 'no' | 'tried' | 'demanded';
  /** Share of calls to each fake that go wrong. */
  readonly faultRate: number;
  /** How long what is due may take at the end; what is not done by then has to be listed. */
  readonly settleMs: number;
  readonly calling: Calling;
}

export interface Play {
  readonly input: UpgradeInput;
  readonly fixture: UpgradeFixture;
  readonly journal: OpenJournal;
  readonly deps: CrossingDeps;
  readonly excuses: readonly Excuse[];
  readonly wrongs: string[];
  readonly stops: number[];
  readonly tally: { crossings: number; isMachineBusy: boolean };
}

export function beginPlay(input: UpgradeInput, fixture: UpgradeFixture): Play {
  const journal = openJournal();
  let addresses = 0;
  const nextAddress = (): string => {
    addresses += 1;
    return `198.19.${String(addresses & 255)}.${String(addresses >> 8)}`;
  };
  const deps = { fixture, journal, random: randomOf(input.seed, 'crossings'), calling: input.calling, nextAddress };
  return {
    input,
    fixture,
    journal,
    deps,
    excuses: excusesFor(input.former.root),
    wrongs: [],
    stops: [],
    tally: { crossings: 0, isMachineBusy: isBusy() },
  };
}

/** Whether there is no sense in going on. */
export function isBroken(play: Play): boolean {
  return play.wrongs.some((wrong) => !isExcused(play, wrong));
}

export function isExcused({ excuses }: Play, violation: string): boolean {
  return excuses.some(({ covers }) => covers(violation));
}
