/** One promise about who is let in, as data: how to check it, and an authenticator that breaks just this promise. */
import { deepEqual, equal } from 'node:assert/strict';
import { Secret } from '../../../src/base/crypto/secret.js';
import type { CallerProofs } from '../../../src/contract/caller-proofs.js';
import type { FakeVerifier } from '../../fakes/verifier.js';
import type { CallerMutant, CallerFixture, Post, Posted, FixtureInput } from './fixture.js';

export interface CallerCase {
  readonly promise: string;
  readonly input: (verifier: FakeVerifier) => FixtureInput;
  readonly check: (fixture: CallerFixture) => Promise<void>;
  readonly mutant: CallerMutant;
}

export const NO_PROOF: CallerProofs = {
  bearers: [],
  hmac: null,
  verifier: null,
  certificates: null,
  serviceTokens: false,
};

/** The producer `jet` with these proofs, and nobody else. */
export function jetWith(proofs: Partial<CallerProofs>): () => FixtureInput {
  return () => ({ proofs: { jet: { ...NO_PROOF, ...proofs } } });
}

export function secrets(...texts: readonly string[]): readonly Secret[] {
  return texts.map((text) => new Secret(text));
}

/** Opened, and on record as this caller's. */
export async function lets(fixture: CallerFixture, post: Post, caller: string): Promise<void> {
  const { status, caller: said } = await fixture.post(post);
  deepEqual({ status, caller: said }, { status: 200, caller });
}

/** 401, and nothing opened. */
export async function sendsAway(fixture: CallerFixture, post: Post): Promise<void> {
  isRefusal(await fixture.post(post), { status: 401, code: 'unknown_producer' });
}

/** 503 with when to come back, and nothing opened. */
export async function asksToComeBack(fixture: CallerFixture, post: Post): Promise<void> {
  const answer = await fixture.post(post);
  isRefusal(answer, { status: 503, code: 'caller_undecided' });
  equal(answer.retryAfter, '1');
}

function isRefusal(answer: Posted, { status, code }: Pick<Posted, 'status' | 'code'>): void {
  deepEqual({ ...answer, retryAfter: null }, { status, code, retryAfter: null, caller: null });
}
