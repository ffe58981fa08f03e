/** Promises about answers: every way the fixture misbehaves has its one right name. */
import assert from 'node:assert/strict';
import type { Answer } from '../../../src/contract/notifier.js';
import * as answers from '../mutants/answers.js';
import { ignoresItsSignal, retriesByItself, sendsAlthoughAborted } from '../mutants/conduct.js';
import { assertSame, forAll, isTaken, needs, type NotifierCase } from './case.js';
import { inTime, type Fixture } from './fixture.js';
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

async function amidEach(fixture: Fixture, judge: (answer: Answer, kind: Misbehaviour) => void): Promise<void> {
  for (const kind of MISBEHAVIOURS) {
    if (fixture.stage.lacks[kind] !== undefined) continue;
    judge(await amid(fixture, kind), kind);
  }
}

/** A throw is turned into an assertion here: it is the promise most often broken. */
async function amid(fixture: Fixture, kind: Misbehaviour): Promise<Answer> {
  try {
    return await fixture.notifyAmid(behaviourOf(kind));
  } catch (error) {
    assert.fail(`it threw amid ${kind}: ${String(error)}`);
  }
}

async function expectAmid(
  fixture: Fixture,
  kind: Misbehaviour,
  expected: Pick<Answer, 'kind'> & { scope?: string },
): Promise<void> {
  const answer = await amid(fixture, kind);
  const seen = { kind: answer.kind, ...(answer.kind === 'refused' ? { scope: answer.scope } : {}) };
  assertSame(seen, expected, `amid ${kind}`);
}

export const answerCases: readonly NotifierCase[] = [
  {
    promise: 'a delivered card has a receipt that survives JSON',
    notFor: forAll,
    mutant: answers.keepsALiveReceipt,
    async check(fixture) {
      const answer = await fixture.notify(fixture.notice());
      assert.ok(isTaken(answer), 'the fake was well, so it is delivered');
      for (const [name, value] of Object.entries(answer.receipt)) {
        const isPlain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
        assert.ok(isPlain, `${name} does not come back from JSON as itself`);
      }
    },
  },
  {
    promise: 'it never throws for what the world did',
    notFor: forAll,
    mutant: answers.throwsWhatTheWorldDid,
    check: (fixture) => amidEach(fixture, () => undefined),
  },
  {
    promise: 'it never says delivered when the world said no or nothing',
    notFor: forAll,
    mutant: answers.hopesForTheBest,
    check: (fixture) => amidEach(fixture, (answer, kind) => assert.ok('reason' in answer, `amid ${kind}`)),
  },
  {
    promise: 'its reasons are short codes of ours, never the platform’s own text',
    notFor: forAll,
    mutant: answers.quotesThePeer,
    check: (fixture) =>
      amidEach(fixture, (answer, kind) => {
        if ('reason' in answer) assert.match(answer.reason, /^[a-z][a-z0-9_]{0,39}$/, `amid ${kind}`);
      }),
  },
  {
    promise: 'it believes no success that says no inside',
    notFor: needs('no_in_a_200'),
    mutant: answers.hopesForTheBest,
    async check(fixture) {
      assert.ok(!isTaken(await amid(fixture, 'no_in_a_200')));
    },
  },
  {
    promise: 'a refused connection is deferred: nothing went out',
    notFor: needs('refuse_connection'),
    mutant: answers.callsSafeUncertain,
    check: (fixture) => expectAmid(fixture, 'refuse_connection', { kind: 'deferred' }),
  },
  {
    promise: 'a name that does not resolve is deferred: nothing went out',
    notFor: forAll,
    at: 'unresolvable',
    mutant: answers.callsSafeUncertain,
    async check(fixture) {
      assert.equal((await fixture.notify(fixture.notice())).kind, 'deferred');
    },
  },
  {
    promise: 'silence before the body is deferred: nothing went out',
    notFor: needs('hang_before_body'),
    mutant: answers.callsSafeUncertain,
    check: (fixture) => expectAmid(fixture, 'hang_before_body', { kind: 'deferred' }),
  },
  {
    promise: 'silence after the body is unknown: it may have taken effect',
    notFor: needs('hang'),
    mutant: answers.callsUncertainSafe,
    check: (fixture) => expectAmid(fixture, 'hang', { kind: 'unknown' }),
  },
  {
    promise: 'a connection reset after the body is unknown',
    notFor: needs('reset_after_body'),
    mutant: answers.callsUncertainSafe,
    check: (fixture) => expectAmid(fixture, 'reset_after_body', { kind: 'unknown' }),
  },
  {
    promise: 'a server error after the body is unknown',
    notFor: needs('server_error'),
    mutant: answers.callsUncertainSafe,
    check: (fixture) => expectAmid(fixture, 'server_error', { kind: 'unknown' }),
  },
  {
    promise: 'a platform that is busy is deferred, and its Retry-After is passed on',
    notFor: needs('busy'),
    mutant: answers.forgetsRetryAfter,
    async check(fixture) {
      const answer = await amid(fixture, 'busy');
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
    mutant: answers.blames('message'),
    check: (fixture) => expectAmid(fixture, 'bad_credentials', { kind: 'refused', scope: 'provider' }),
  },
  {
    promise: 'an unknown recipient is the recipient’s refusal',
    notFor: needs('unknown_recipient'),
    mutant: answers.blames('provider'),
    check: (fixture) => expectAmid(fixture, 'unknown_recipient', { kind: 'refused', scope: 'recipient' }),
  },
  {
    promise: 'a message that will never do is the message’s refusal',
    notFor: needs('message_refused'),
    mutant: answers.blames('provider'),
    check: (fixture) => expectAmid(fixture, 'message_refused', { kind: 'refused', scope: 'message' }),
  },
  {
    promise: 'it obeys its signal promptly',
    notFor: needs('hang'),
    mutant: ignoresItsSignal,
    async check(fixture) {
      await fixture.fake.behave({ kind: 'hang' });
      const controller = new AbortController();
      const answer = fixture.notifier.notify(fixture.notice(), controller.signal);
      await fixture.fake.arrival();
      controller.abort();
      await inTime(answer, PROMPT_MS);
    },
  },
  {
    promise: 'a signal that is already aborted sends nothing',
    notFor: forAll,
    mutant: sendsAlthoughAborted,
    async check(fixture) {
      const answer = await inTime(fixture.notifier.notify(fixture.notice(), AbortSignal.abort()), PROMPT_MS);
      assert.equal(answer.kind, 'deferred');
      assert.equal(fixture.fake.calls(), 0);
    },
  },
  {
    promise: 'it never retries by itself',
    notFor: needs('message_refused'),
    mutant: retriesByItself,
    async check(fixture) {
      await amid(fixture, 'message_refused');
      assert.equal(fixture.fake.calls(), 1);
    },
  },
  {
    promise: 'it works again as soon as the world does',
    notFor: needs('refuse_connection'),
    mutant: answers.neverRecovers,
    async check(fixture) {
      await amid(fixture, 'refuse_connection');
      await fixture.fake.behave({ kind: 'normal' });
      assert.ok(isTaken(await fixture.notify(fixture.notice())));
    },
  },
];
