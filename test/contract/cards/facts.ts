/** Promises about what a dialect draws: its states, and the facts that an approver decides by. */
import assert from 'node:assert/strict';
import type { CardView } from '../../../src/approval/card-view.js';
import { drawableViews, drawn, forAll, needs, viewOf, type CardCase, type Fact } from './case.js';
import * as mutants from '../mutants/cards.js';
import { assertSame } from '../notifier/case.js';

/** No fact's words stand in another's, as `stg` does in `stg.kds.koder.dev`. */
const FACTS: Readonly<Record<Fact, readonly RegExp[]>> = {
  host: [/reports\.example\.org/],
  path: [/\/quarter\?year=2027/],
  address: [/192\.0\.2\.77/],
  country: [/\bNZ\b/],
  browser: [/Firefox 150 on Android/],
  environment: [/\bprd\b/],
  time: [/2026-05-11/, /15:19/],
  person: [/Signed in as\W+Ana Souza \(ana@example\.net, Koder ID\)/],
};
const TOLD: Partial<CardView> = {
  host: 'reports.example.org',
  path: '/quarter?year=2027',
  address: '192.0.2.77',
  country: 'NZ',
  browser: 'Firefox 150 on Android',
  environment: 'prd',
  person: 'Ana Souza (ana@example.net, Koder ID)',
};

export const factCases: readonly CardCase[] = [
  {
    promise: 'every state is drawn that the dialect is said to draw, and no other',
    notFor: forAll,
    mutant: mutants.drawsNothing,
    check(dialect) {
      const { pending, decided } = dialect.lacks;
      const draws = (name: string): boolean => dialect.draw(viewOf(name)) !== null;
      assertSame([draws('pending-stg'), draws('approved')], [pending === undefined, decided === undefined]);
      for (const view of drawableViews(dialect)) drawn(dialect, view);
    },
  },
  ...Object.entries(FACTS).map(([name, patterns]) => saysFact(name as Fact, patterns)),
  {
    promise: 'an unknown country is not invented',
    notFor: needs('country'),
    mutant: mutants.guessesTheCountry,
    check(dialect) {
      for (const view of drawableViews(dialect)) {
        const known = wordsOf(drawn(dialect, { ...view, country: 'NZ' }).words);
        const unknown = wordsOf(drawn(dialect, { ...view, country: null }).words);
        assertSame(
          unknown.filter((word) => word === 'NZ' || !(known.includes(word) || word === 'unknown')),
          [],
        );
      }
    },
  },
];

function saysFact(fact: Fact, patterns: readonly RegExp[]): CardCase {
  return {
    promise: `it says the ${fact}`,
    notFor: needs(fact),
    mutant: mutants.forgets(fact),
    check(dialect) {
      const [first] = drawableViews(dialect);
      assert.ok(first !== undefined);
      const { words } = drawn(dialect, { ...first, ...TOLD });
      for (const pattern of patterns) assert.match(words, pattern);
    },
  };
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
