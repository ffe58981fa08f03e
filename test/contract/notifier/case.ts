/** A case of the notifier suite: one promise, when it applies, how it is checked, and who breaks it. */
import assert from 'node:assert/strict';
import type { Answer, Notifier } from '../../../src/contract/notifier.js';
import type { Mutant } from '../mutants/mutant.js';
import type { Fixture } from './fixture.js';
import type { Lack, Stage, StageAt } from '../stage.js';

export interface NotifierCase {
  /** The test's name. */
  readonly promise: string;
  /** Why it says nothing about this channel; null when it does. Shown as the skipped test's name. */
  readonly notFor: (stage: Stage, notifier: Notifier) => string | null;
  readonly at?: StageAt;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (fixture: Fixture) => Promise<void>;
  readonly mutant: Mutant;
}

export function forAll(): null {
  return null;
}

/** For stages whose platform can misbehave so. */
export function needs(...things: readonly Lack[]): NotifierCase['notFor'] {
  return (stage) => things.map((name) => stage.lacks[name]).find((why) => why !== undefined) ?? null;
}

/** For channels that redraw. */
export function needsUpdates(_stage: Stage, notifier: Notifier): string | null {
  return notifier.updates === 'none' ? 'it delivers once and never redraws' : null;
}

/** For channels that redraw the card itself, on stages with these misbehaviours. */
export function needsEdits(...things: readonly Lack[]): NotifierCase['notFor'] {
  return (stage, notifier) =>
    notifier.updates === 'edit' ? needs(...things)(stage, notifier) : 'it never edits what it has sent';
}

/** For stages that ask; a callback tells. */
export function needsQuestion(stage: Stage): string | null {
  return stage.tells === 'outcome' ? 'it tells an outcome and asks nothing' : null;
}

/** It is with its recipient, or with a provider that has taken it for good. */
export function isTaken(answer: Answer): answer is Extract<Answer, { readonly kind: 'delivered' | 'accepted' }> {
  return answer.kind === 'delivered' || answer.kind === 'accepted';
}

/** Equal as JSON: what a fake hands out may have been made in another realm, where `deepEqual` calls equal things different. */
export function assertSame(actual: unknown, expected: unknown, message?: string): void {
  assert.equal(JSON.stringify(actual, null, 1), JSON.stringify(expected, null, 1), message);
}
