/** Promises about what a card's channel may do for the site, about reasons and revocations, and about drills. */
import assert from 'node:assert/strict';
import type { CardView } from '../../../src/approval/card-view.js';
import { CONFIRM_URL } from '../../fixtures/cards/adaptive-cases.js';
import { drawn, needs, needsAsking, viewOf, type CardCase, type Dialect } from './case.js';
import { HOSTILE_WORDS } from '../../fixtures/cards/hostile-words.js';
import * as mutants from '../mutants/cards.js';
import { assertSame } from '../notifier/case.js';

const CAP_SECONDS = 28_800;
const UNTIL = /2026-05-18[T ]15:20/;

export const policyCases: readonly CardCase[] = [
  {
    promise: 'what the policy forbids has no button',
    notFor: needsAsking('in-chat'),
    mutant: mutants.ignoresThePolicy,
    check(dialect) {
      for (const [name, decides] of [
        ['pending-deny-only', ['deny']],
        ['pending-link-only', []],
      ] as const) {
        const drawing = drawn(dialect, viewOf(name));
        assertSame([drawing.decides, drawing.durations], [decides, []], name);
      }
    },
  },
  {
    promise: 'a card whose channel may do less still leads to the confirm page',
    notFor: needs('pending'),
    mutant: mutants.losesTheLink,
    check(dialect) {
      for (const name of ['pending-deny-only', 'pending-link-only'])
        assertSame(drawn(dialect, viewOf(name)).links, [CONFIRM_URL], name);
    },
  },
  {
    promise: 'durations are offered, and none exceeds what the channel may give',
    notFor: needsAsking('in-chat'),
    mutant: mutants.offersAWeek,
    check(dialect) {
      const { durations } = drawn(dialect, viewOf('pending-capped'));
      assert.ok(durations.includes(3_600), 'an hour is offered');
      assertSame(
        durations.filter((seconds) => seconds > CAP_SECONDS),
        [],
      );
    },
  },
  {
    promise: 'Approve promises no more than the channel may give',
    notFor: needs('pending', 'duration'),
    mutant: mutants.promisesAWeek,
    check(dialect) {
      const { words } = drawn(dialect, viewOf('pending-capped'));
      assert.match(words, /approv[^\n]*\b8 h\b/i);
      assert.doesNotMatch(words, /approv[^\n]*\b7 d\b/i);
    },
  },
  {
    promise: 'Revoke is there just where a grant can be ended',
    notFor: needsAsking('in-chat'),
    mutant: mutants.revokesWhatever,
    check(dialect) {
      const names = ['approved', 'approved-no-grant', 'denied', 'revoked', 'pending-stg'];
      assertSame(
        names.filter((name) => drawn(dialect, viewOf(name)).revokes),
        ['approved'],
      );
    },
  },
  {
    promise: 'the reason of a denial is told',
    notFor: needs('decided', 'reason'),
    mutant: mutants.forgetsTheReason,
    check(dialect) {
      assert.ok(drawn(dialect, viewOf('denied-with-reason')).words.includes('The release is frozen until Monday.'));
    },
  },
  {
    promise: 'the words of a reason stay words',
    notFor: needs('decided', 'reason', 'decider'),
    mutant: mutants.linksTheReason,
    check(dialect) {
      const honest = shapeOf(dialect, viewOf('denied-with-reason'));
      for (const [name, reason] of Object.entries(HOSTILE_WORDS))
        assertSame(shapeOf(dialect, deniedBecause(reason)), honest, name);
    },
  },
  {
    promise: 'a revoked grant says who revoked it',
    notFor: needs('decided', 'revocation'),
    mutant: mutants.forgetsTheRevocation,
    check(dialect) {
      const { words } = drawn(dialect, viewOf('revoked'));
      assert.match(words, /revoked by ada@koder\.dev/i);
    },
  },
  {
    promise: 'a revoked grant promises nobody a way in until its old end',
    notFor: needs('decided', 'revocation'),
    mutant: mutants.keepsTheOldEnd,
    check: (dialect) => {
      assert.doesNotMatch(drawn(dialect, viewOf('revoked')).words, UNTIL);
    },
  },
  {
    promise: 'a drill decides nothing, leads nowhere, and says that it is one',
    notFor: needs('drill'),
    mutant: mutants.decidesAtOnce,
    check(dialect) {
      for (const name of ['drill', 'drill-over']) {
        const { decides, durations, revokes, links, words } = drawn(dialect, viewOf(name));
        assertSame([decides, durations, revokes, links], [[], [], false, []], name);
        assert.match(words, /\bdrill\b/i, name);
      }
    },
  },
];

function shapeOf(dialect: Dialect, view: CardView): unknown {
  const { links, decides, structure } = drawn(dialect, view);
  return { links, decides, structure };
}

function deniedBecause(reason: string): CardView {
  const view = viewOf('denied-with-reason');
  return view.state.kind === 'decided'
    ? { ...view, state: { ...view.state, denial: { reason, isShared: true } } }
    : view;
}
