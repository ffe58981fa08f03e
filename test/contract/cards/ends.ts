/** Promises about a card whose request has ended: how, by whom, until when, and nothing left to press. */
import assert from 'node:assert/strict';
import { TOKEN } from '../../fixtures/cards/adaptive-cases.js';
import { drawn, endedViews, needs, stateOf, viewOf, type CardCase, type Dialect } from './case.js';
import * as mutants from '../mutants/cards.js';
import { assertSame } from '../notifier/case.js';

const STAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d/g;

export const endCases: readonly CardCase[] = [
  {
    promise: 'an ended card has nothing that decides',
    notFor: needs('decided'),
    mutant: mutants.decidesAtOnce,
    check(dialect) {
      for (const view of endedViews()) assertSame(drawn(dialect, view).decides, []);
    },
  },
  {
    promise: 'an ended card leads nowhere',
    notFor: needs('decided'),
    mutant: mutants.keepsItsLink,
    check(dialect) {
      for (const view of endedViews()) assertSame(drawn(dialect, view).links, []);
    },
  },
  {
    promise: 'an ended card has no token',
    notFor: needs('decided', 'no-token'),
    mutant: mutants.remembersTheToken,
    check(dialect) {
      for (const view of endedViews()) assert.ok(!drawn(dialect, view).raw.includes(TOKEN), stateOf(view));
    },
  },
  {
    promise: 'an ended card still says which site it was about',
    notFor: needs('decided'),
    mutant: mutants.forgets('host'),
    check(dialect) {
      for (const view of endedViews()) assert.ok(drawn(dialect, view).words.includes(view.host), stateOf(view));
    },
  },
  saysOfApproval('who answered', { pattern: /rpm@koder\.dev/, mutant: mutants.misreports({ by: 'somebody' }) }),
  saysOfApproval('over what it was answered', { pattern: /\btalk\b/i, mutant: mutants.misreports({ over: 'page' }) }),
  saysOfApproval('when it was answered', {
    pattern: /2026-05-11[T ]15:20/,
    mutant: mutants.keepsWhenToItself,
    lack: 'when',
  }),
  saysOfApproval('until when the visitor may pass', {
    pattern: /2026-05-18[T ]15:20/,
    mutant: mutants.misreports({ grantedUntilMs: null }),
    lack: 'until',
  }),
  {
    promise: 'the four outcomes are told apart, withdrawn from denied above all',
    notFor: needs('decided'),
    mutant: mutants.takesWithdrawnForDenied,
    check(dialect) {
      for (const view of endedViews()) assertSame(outcomesIn(dialect, stateOf(view)), [stateOf(view)]);
    },
  },
  {
    promise: 'an expired card says that this is no refusal',
    notFor: needs('decided', 'refusal'),
    mutant: mutants.takesSilenceForARefusal,
    check: (dialect) => {
      assert.match(drawn(dialect, viewOf('expired')).words, /not a refusal/);
    },
  },
  {
    promise: 'an expired card names nobody',
    notFor: needs('decided', 'nobody'),
    mutant: mutants.namesTheDecider,
    check(dialect) {
      const { words } = drawn(dialect, viewOf('expired'));
      assert.doesNotMatch(words, /\bclock\b|rpm@koder\.dev/i);
    },
  },
  {
    promise: 'a denied card has no time until which anybody may pass',
    notFor: needs('decided'),
    mutant: mutants.letsTheDeniedIn,
    check(dialect) {
      const view = viewOf('denied');
      assert.ok(view.state.kind === 'decided');
      const known = [view.openedAtMs, view.deadlineAtMs, view.state.atMs].map(minuteOf);
      const told = (drawn(dialect, view).words.match(STAMP) ?? []).map((stamp) => stamp.replace(' ', 'T'));
      assertSame(
        told.filter((stamp) => !known.includes(stamp)),
        [],
      );
    },
  },
];

function saysOfApproval(
  what: string,
  { pattern, mutant, lack }: Pick<CardCase, 'mutant'> & { readonly pattern: RegExp; readonly lack?: 'when' | 'until' },
): CardCase {
  return {
    promise: `an approved card says ${what}`,
    notFor: needs('decided', ...(lack === undefined ? [] : [lack])),
    mutant,
    check: (dialect) => {
      assert.match(drawn(dialect, viewOf('approved')).words, pattern);
    },
  };
}

function outcomesIn(dialect: Dialect, name: string): readonly string[] {
  const { words } = drawn(dialect, viewOf(name));
  return endedViews()
    .map(stateOf)
    .filter((outcome) => new RegExp(`\\b${outcome}\\b`, 'i').test(words));
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
