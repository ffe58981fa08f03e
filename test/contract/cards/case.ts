/** A case of the cards' suite: one promise about what a dialect draws, when it applies, and who breaks it. */
import assert from 'node:assert/strict';
import type { CardView } from '../../../src/approval/card-view.js';
import { CASES, DRILLS } from '../../fixtures/cards/adaptive-cases.js';

/** One view as its reader has it. */
export interface Drawing {
  /** All that a person reads, or that a program takes for a fact. */
  readonly words: string;
  /** Where a click leads, each as often as it stands there. */
  readonly links: readonly string[];
  /** What can be decided in it without following a link, in reading order. */
  readonly decides: readonly ('approve' | 'deny')[];
  /** The durations in seconds that an approval may be given without following a link, besides Approve's own. */
  readonly durations: readonly number[];
  /** Whether a grant can be ended in it. */
  readonly revokes: boolean;
  /** All that is not words. */
  readonly structure: string;
  /** What goes to the platform. */
  readonly raw: string;
}

export type Fact = 'host' | 'path' | 'address' | 'country' | 'browser' | 'environment' | 'time' | 'person';

/** What a dialect may go without, if it says why. */
export type Lack =
  | Fact
  | 'pending'
  | 'decided'
  | 'duration'
  | 'when'
  | 'until'
  | 'refusal'
  | 'nobody'
  | 'no-token'
  | 'decider'
  | 'reason'
  | 'revocation'
  | 'drill';

export interface Dialect {
  readonly name: string;
  /** `nothing`: it tells an outcome and asks nobody. */
  readonly asks: 'in-chat' | 'by-link' | 'nothing';
  /** Of `raw`, in UTF-8. */
  readonly maxBytes: number;
  /** The token's own places in `raw`, besides the confirm link. */
  readonly tokenPlaces: readonly string[];
  /** Each with its reason: shown as the skipped test's name. */
  readonly lacks: Readonly<Partial<Record<Lack, string>>>;
  /** Null for a state that it does not draw. */
  readonly draw: (view: CardView) => Drawing | null;
}

export type Mutant = (honest: Dialect) => Dialect;

export interface CardCase {
  readonly promise: string;
  /** Why it says nothing about this dialect; null when it does. */
  readonly notFor: (dialect: Dialect) => string | null;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (dialect: Dialect) => void;
  readonly mutant: Mutant;
}

export function forAll(): null {
  return null;
}

/** For dialects that lack none of these. */
export function needs(...things: readonly Lack[]): CardCase['notFor'] {
  return ({ lacks }) => things.map((thing) => lacks[thing]).find((why) => why !== undefined) ?? null;
}

/** For dialects that ask in just this way, or tell. */
export function needsAsking(asks: Dialect['asks']): CardCase['notFor'] {
  return (dialect) => (dialect.asks === asks ? null : `it asks ${dialect.asks.replace('nothing', 'nobody')}`);
}

export function drawn(dialect: Dialect, view: CardView): Drawing {
  const drawing = dialect.draw(view);
  assert.ok(drawing !== null, `it does not draw the state ${stateOf(view)}`);
  return drawing;
}

export function viewOf(name: string): CardView {
  const view = CASES[name] ?? DRILLS[name];
  if (view === undefined) throw new Error(`there is no view ${name}`);
  return view;
}

/** One view of each state that the dialect draws. */
export function drawableViews(dialect: Dialect): readonly CardView[] {
  return [
    ...(dialect.lacks.pending === undefined ? [viewOf('pending-stg')] : []),
    ...(dialect.lacks.decided === undefined ? endedViews() : []),
  ];
}

export function endedViews(): readonly CardView[] {
  return ['approved', 'denied', 'expired', 'withdrawn'].map(viewOf);
}

export function stateOf({ state }: CardView): string {
  return state.kind === 'decided' ? state.outcome : state.kind;
}
