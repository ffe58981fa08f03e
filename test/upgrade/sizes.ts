/** How much happens during an upgrade: little for every run of the tests, more for `npm run upgrade`. */
import type { UpgradeInput } from './play.js';

export type Size = Pick<
  UpgradeInput,
  'people' | 'stories' | 'rounds' | 'passesOn' | 'faultRate' | 'settleMs' | 'calling'
>;

/** Longer than any answer takes: who waits so long for one has none. */
const WITHIN_MS = 15_000;

export const SHORT: Size = {
  people: 2,
  stories: 30,
  rounds: 1,
  passesOn: 'tried',
  faultRate: 0,
  settleMs: 20_000,
  calling: { withinMs: WITHIN_MS, inTodaysWords },
};

export const LONG: Size = { ...SHORT, people: 4, stories: 150, rounds: 4, passesOn: 'demanded', settleMs: 60_000 };

/** For what is broken at once: nobody insists. */
export const BROKEN: Size = {
  ...SHORT,
  people: 0,
  stories: 0,
  passesOn: 'no',
  settleMs: 0,
  calling: { ...SHORT.calling, insistsMs: 500 },
};

/** The first version said `You approved stg.example.org. The visitor is being let in.`; the words are no promise. */
function inTodaysWords(text: string): string {
  return text.replace(/^You (approved|denied) /, (_, verdict: string) =>
    verdict === 'approved' ? 'Approved. ' : 'Denied. ',
  );
}
