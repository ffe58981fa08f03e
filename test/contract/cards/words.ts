/** Promises about safety: words of strangers stay words, the token stays in its places, and drawing is only drawing. */
import assert from 'node:assert/strict';
import type { CardView } from '../../../src/approval/card-view.js';
import { CONFIRM_URL, TOKEN } from '../../fixtures/cards/adaptive-cases.js';
import {
  drawableViews,
  drawn,
  forAll,
  needs,
  stateOf,
  viewOf,
  type CardCase,
  type Dialect,
  type Drawing,
} from './case.js';
import { HOSTILE_WORDS } from '../../fixtures/cards/hostile-words.js';
import * as mutants from '../mutants/cards.js';
import { assertSame } from '../notifier/case.js';

/** Four bytes a character, and nothing in it to break at. */
const LONG = `/${'🦊'.repeat(10_000)}`;

export const wordCases: readonly CardCase[] = [
  {
    promise: 'the visitor’s words add no link',
    notFor: forAll,
    mutant: mutants.linksVisitorsWords,
    check(dialect) {
      forHostileWords(dialect, ({ honest, hostile, label }) => {
        assertSame(drawn(dialect, hostile).links, drawn(dialect, honest).links, label);
      });
    },
  },
  {
    promise: 'the visitor’s words change no structure',
    notFor: forAll,
    mutant: mutants.readsMarkup,
    check(dialect) {
      forHostileWords(dialect, ({ honest, hostile, label }) => {
        assertSame(drawn(dialect, hostile).structure, drawn(dialect, honest).structure, label);
      });
    },
  },
  {
    promise: 'a decider’s name is words as well',
    notFor: needs('decided', 'decider'),
    mutant: mutants.linksTheDecider,
    check(dialect) {
      for (const [name, by] of Object.entries(HOSTILE_WORDS)) {
        const [honest, hostile] = [viewOf('approved'), decidedBy(by)].map((view) => shapeOf(drawn(dialect, view)));
        assertSame(hostile, honest, name);
      }
    },
  },
  {
    promise: 'the token stands in the confirm link and where a tap carries it, and nowhere else',
    notFor: needs('pending'),
    mutant: mutants.saysTheTokenAloud,
    check(dialect) {
      const { raw } = drawn(dialect, viewOf('pending-stg'));
      const rest = [CONFIRM_URL, ...dialect.tokenPlaces].reduce((text, place) => text.replaceAll(place, ''), raw);
      assert.ok(raw.includes(TOKEN) && !rest.includes(TOKEN));
    },
  },
  {
    promise: 'it stays below the size that its platform takes',
    notFor: forAll,
    mutant: mutants.cutsNothing,
    check(dialect) {
      for (const view of drawableViews(dialect)) {
        const { raw } = drawn(dialect, { ...wordy(view, LONG), host: 'a'.repeat(253) });
        const bytes = Buffer.byteLength(raw);
        assert.ok(bytes <= dialect.maxBytes, `${stateOf(view)}: ${String(bytes)} bytes`);
      }
    },
  },
  {
    promise: 'the same view is the same bytes',
    notFor: forAll,
    mutant: mutants.countsItsCards,
    check(dialect) {
      for (const view of drawableViews(dialect)) {
        assert.equal(drawn(dialect, structuredClone(view)).raw, drawn(dialect, view).raw);
      }
    },
  },
  {
    promise: 'drawing leaves the view as it was',
    notFor: forAll,
    mutant: mutants.writesIntoTheView,
    check(dialect) {
      for (const view of drawableViews(dialect)) {
        const given = structuredClone(view);
        drawn(dialect, given);
        assertSame(given, view);
      }
    },
  },
];

interface Pair {
  readonly honest: CardView;
  readonly hostile: CardView;
  readonly label: string;
}

function forHostileWords(dialect: Dialect, compare: (pair: Pair) => void): void {
  for (const view of drawableViews(dialect)) {
    // with the line that only who signed in has
    const honest = { ...view, person: 'Ana Souza' };
    for (const [name, words] of Object.entries(HOSTILE_WORDS)) {
      compare({ honest, hostile: wordy(honest, words), label: `${stateOf(honest)}, ${name}` });
    }
  }
}

function wordy(view: CardView, words: string): CardView {
  return { ...view, path: words, browser: words, userAgent: words, person: words };
}

function decidedBy(by: string): CardView {
  const view = viewOf('approved');
  return view.state.kind === 'decided' ? { ...view, state: { ...view.state, by } } : view;
}

function shapeOf({ links, decides, structure }: Drawing): unknown {
  return { links, decides, structure };
}
