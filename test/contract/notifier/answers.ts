/** Promises about answers: every way the world misbehaves has its one right name. */
import assert from 'node:assert/strict';
import type { Answer } from '../../../src/contract/notifier.js';
import * as answers from '../liars/answers.js';
import { ignoresItsSignal, retriesByItself, sendsAlthoughAborted } from '../liars/conduct.js';
import { assertSame, forAll, needs, type NotifierCase } from './case.js';
import { inTime, type Scene } from './scene.js';
import type { Behaviour, Misbehaviour } from '../stage.js';

/** From the abort to the answer. */
const PROMPT_MS = 500;
const RETRY_AFTER_SECONDS = 7;
const MISBEHAVIOURS = [
  'hang',
  'hang_before_body',
  'refuse_connection',
  'reset_after_body',
  'server_error',
  'busy',
  'no_in_a_200',
  'garbage',
  'bad_credentials',
  'unknown_recipient',
  'message_refused',
] as const satisfies readonly Misbehaviour[];

function behaviourOf(kind: Misbehaviour): Behaviour {
  return kind === 'busy' ? { kind, retryAfterSeconds: RETRY_AFTER_SECONDS } : { kind };
}

async function amidEach(scene: Scene, judge: (answer: Answer, kind: Misbehaviour) => void): Promise<void> {
  for (const kind of MISBEHAVIOURS) {
    if (scene.stage.lacks[kind] !== undefined) continue;
    judge(await amid(scene, kind), kind);
  }
}

/** A throw is turned into an assertion here: it is the promise most often broken. */
async function amid(scene: Scene, kind: Misbehaviour): Promise<Answer> {
  try {
    return await scene.notifyAmid(behaviourOf(kind));
  } catch (error) {
    assert.fail(`it threw amid ${kind}: ${String(error)}`);
  }
}

async function expectAmid(
  scene: Scene,
  kind: Misbehaviour,
  expected: Pick<Answer, 'kind'> & { scope?: string },
): Promise<void> {
  const answer = await amid(scene, kind);
  const seen = { kind: answer.kind, ...(answer.kind === 'refused' ? { scope: answer.scope } : {}) };
  assertSame(seen, expected, `amid ${kind}`);
}

export const answerCases: readonly NotifierCase[] = [
  {
    promise: 'a delivered card has a receipt that survives JSON',
    notFor: forAll,
    liar: answers.keepsALiveReceipt,
    async check(scene) {
      const answer = await scene.notify(scene.notice());
      assert.ok(answer.kind === 'delivered', 'the fake was well, so it is delivered');
      for (const [name, value] of Object.entries(answer.receipt)) {
        const isPlain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
        assert.ok(isPlain, `${name} does not come back from JSON as itself`);
      }
    },
  },
  {
    promise: 'it never throws for what the world did',
    notFor: forAll,
    liar: answers.throwsWhatTheWorldDid,
    check: (scene) => amidEach(scene, () => undefined),
  },
  {
    promise: 'it never says delivered when the world said no or nothing',
    notFor: forAll,
    liar: answers.hopesForTheBest,
    check: (scene) => amidEach(scene, (answer, kind) => assert.notEqual(answer.kind, 'delivered', `amid ${kind}`)),
  },
  {
    promise: 'its reasons are short codes of ours, never the platform’s own text',
    notFor: forAll,
    liar: answers.quotesThePeer,
    check: (scene) =>
      amidEach(scene, (answer, kind) => {
        if (answer.kind !== 'delivered') assert.match(answer.reason, /^[a-z][a-z0-9_]{0,39}$/, `amid ${kind}`);
      }),
  },
  {
    promise: 'it believes no success that says no inside',
    notFor: needs('no_in_a_200'),
    liar: answers.hopesForTheBest,
    async check(scene) {
      assert.notEqual((await amid(scene, 'no_in_a_200')).kind, 'delivered');
    },
  },
  {
    promise: 'a refused connection is deferred: nothing went out',
    notFor: needs('refuse_connection'),
    liar: answers.callsSafeUncertain,
    check: (scene) => expectAmid(scene, 'refuse_connection', { kind: 'deferred' }),
  },
  {
    promise: 'a name that does not resolve is deferred: nothing went out',
    notFor: forAll,
    at: 'unresolvable',
    liar: answers.callsSafeUncertain,
    async check(scene) {
      assert.equal((await scene.notify(scene.notice())).kind, 'deferred');
    },
  },
  {
    promise: 'silence before the body is deferred: nothing went out',
    notFor: needs('hang_before_body'),
    liar: answers.callsSafeUncertain,
    check: (scene) => expectAmid(scene, 'hang_before_body', { kind: 'deferred' }),
  },
  {
    promise: 'silence after the body is unknown: it may have taken effect',
    notFor: needs('hang'),
    liar: answers.callsUncertainSafe,
    check: (scene) => expectAmid(scene, 'hang', { kind: 'unknown' }),
  },
  {
    promise: 'a connection reset after the body is unknown',
    notFor: needs('reset_after_body'),
    liar: answers.callsUncertainSafe,
    check: (scene) => expectAmid(scene, 'reset_after_body', { kind: 'unknown' }),
  },
  {
    promise: 'a server error after the body is unknown',
    notFor: needs('server_error'),
    liar: answers.callsUncertainSafe,
    check: (scene) => expectAmid(scene, 'server_error', { kind: 'unknown' }),
  },
  {
    promise: 'a platform that is busy is deferred, and its Retry-After is passed on',
    notFor: needs('busy'),
    liar: answers.forgetsRetryAfter,
    async check(scene) {
      const answer = await amid(scene, 'busy');
      assert.ok(answer.kind === 'deferred', `got ${answer.kind}, expected deferred`);
      const wait = answer.retryAfterMs ?? 0;
      assert.ok(
        wait >= (RETRY_AFTER_SECONDS - 1) * 1_000 && wait <= (RETRY_AFTER_SECONDS + 1) * 1_000,
        `waits ${String(wait)} ms`,
      );
    },
  },
  {
    promise: 'bad credentials are the provider’s refusal, so that the channel pauses',
    notFor: needs('bad_credentials'),
    liar: answers.blames('message'),
    check: (scene) => expectAmid(scene, 'bad_credentials', { kind: 'refused', scope: 'provider' }),
  },
  {
    promise: 'an unknown recipient is the recipient’s refusal',
    notFor: needs('unknown_recipient'),
    liar: answers.blames('provider'),
    check: (scene) => expectAmid(scene, 'unknown_recipient', { kind: 'refused', scope: 'recipient' }),
  },
  {
    promise: 'a message that will never do is the message’s refusal',
    notFor: needs('message_refused'),
    liar: answers.blames('provider'),
    check: (scene) => expectAmid(scene, 'message_refused', { kind: 'refused', scope: 'message' }),
  },
  {
    promise: 'it obeys its signal promptly',
    notFor: needs('hang'),
    liar: ignoresItsSignal,
    async check(scene) {
      await scene.fake.behave({ kind: 'hang' });
      const controller = new AbortController();
      const answer = scene.notifier.notify(scene.notice(), controller.signal);
      await scene.fake.arrival();
      controller.abort();
      await inTime(answer, PROMPT_MS);
    },
  },
  {
    promise: 'a signal that is already aborted sends nothing',
    notFor: forAll,
    liar: sendsAlthoughAborted,
    async check(scene) {
      const answer = await inTime(scene.notifier.notify(scene.notice(), AbortSignal.abort()), PROMPT_MS);
      assert.equal(answer.kind, 'deferred');
      assert.equal(scene.fake.calls(), 0);
    },
  },
  {
    promise: 'it never retries by itself',
    notFor: needs('message_refused'),
    liar: retriesByItself,
    async check(scene) {
      await amid(scene, 'message_refused');
      assert.equal(scene.fake.calls(), 1);
    },
  },
  {
    promise: 'it works again as soon as the world does',
    notFor: needs('refuse_connection'),
    liar: answers.neverRecovers,
    async check(scene) {
      await amid(scene, 'refuse_connection');
      await scene.fake.behave({ kind: 'normal' });
      assert.equal((await scene.notify(scene.notice())).kind, 'delivered');
    },
  },
];
