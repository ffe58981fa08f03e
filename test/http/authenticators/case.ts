/** One promise about who is let in, as data: how to check it, and an authenticator that breaks just this promise. */
import { deepEqual, equal } from 'node:assert/strict';
import { Secret } from '../../../src/base/secret.js';
import type { CallerProofs } from '../../../src/contract/caller-proofs.js';
import type { FakeVerifier } from '../../fakes/verifier.js';
import type { CallerLiar, CallerScene, Post, Posted, SceneWish } from './scene.js';

export interface CallerCase {
  readonly promise: string;
  readonly wish: (verifier: FakeVerifier) => SceneWish;
  readonly check: (scene: CallerScene) => Promise<void>;
  readonly liar: CallerLiar;
}

export const NO_PROOF: CallerProofs = {
  bearers: [],
  hmac: null,
  verifier: null,
  certificates: null,
  serviceTokens: false,
};

/** The producer `jet` with these proofs, and nobody else. */
export function jetWith(proofs: Partial<CallerProofs>): () => SceneWish {
  return () => ({ proofs: { jet: { ...NO_PROOF, ...proofs } } });
}

export function secrets(...texts: readonly string[]): readonly Secret[] {
  return texts.map((text) => new Secret(text));
}

/** Opened, and on record as this caller's. */
export async function lets(scene: CallerScene, post: Post, caller: string): Promise<void> {
  const { status, caller: said } = await scene.post(post);
  deepEqual({ status, caller: said }, { status: 200, caller });
}

/** 401, and nothing opened. */
export async function sendsAway(scene: CallerScene, post: Post): Promise<void> {
  isRefusal(await scene.post(post), { status: 401, code: 'unknown_producer' });
}

/** 503 with when to come back, and nothing opened. */
export async function asksToComeBack(scene: CallerScene, post: Post): Promise<void> {
  const answer = await scene.post(post);
  isRefusal(answer, { status: 503, code: 'caller_undecided' });
  equal(answer.retryAfter, '1');
}

function isRefusal(answer: Posted, { status, code }: Pick<Posted, 'status' | 'code'>): void {
  deepEqual({ ...answer, retryAfter: null }, { status, code, retryAfter: null, caller: null });
}
