/** Promises about an open card: the ways to decide, and what an approval would do. */
import assert from 'node:assert/strict';
import { CONFIRM_URL } from '../../fixtures/cards/adaptive-cases.js';
import { drawn, needs, needsAsking, viewOf, type CardCase, type Mutant } from './case.js';
import * as mutants from '../mutants/cards.js';
import { assertSame } from '../notifier/case.js';

/** In an approval's own sentence; a card has other durations too. */
const DURATION = /approv[^\n]*?\b(\d+ (?:h|days?))\b/i;

export const askCases: readonly CardCase[] = [
  {
    promise: 'a card in a chat offers Approve and Deny, once each',
    notFor: needsAsking('in-chat'),
    mutant: mutants.forgetsDeny,
    check: (dialect) => {
      assertSame(drawn(dialect, viewOf('pending-stg')).decides, ['approve', 'deny']);
    },
  },
  {
    promise: 'a card that is answered by its link decides nothing by itself',
    notFor: needsAsking('by-link'),
    mutant: mutants.decidesAtOnce,
    check: (dialect) => {
      assertSame(drawn(dialect, viewOf('pending-stg')).decides, []);
    },
  },
  confirmLink('the confirm link leads to the confirm page', mutants.leadsElsewhere),
  confirmLink('the confirm link stands there exactly once', mutants.linksTwice),
  {
    promise: 'Approve names how long it lets the visitor in',
    notFor: needs('pending', 'duration'),
    mutant: mutants.hidesTheDuration,
    check(dialect) {
      assert.equal(DURATION.exec(drawn(dialect, viewOf('pending-stg')).words)?.[1], '7 days');
      assert.equal(DURATION.exec(drawn(dialect, viewOf('pending-dev')).words)?.[1], '24 h');
    },
  },
  {
    promise: 'Approve promises nothing where nobody is let in',
    notFor: needs('pending', 'duration'),
    mutant: mutants.promisesAWeek,
    check: (dialect) => {
      assert.doesNotMatch(drawn(dialect, viewOf('pending-no-grant')).words, DURATION);
    },
  },
];

function confirmLink(promise: string, mutant: Mutant): CardCase {
  return {
    promise,
    notFor: needs('pending'),
    mutant,
    check: (dialect) => {
      assertSame(drawn(dialect, viewOf('pending-stg')).links, [CONFIRM_URL]);
    },
  };
}
