/** One test an edge of the courier's table, where the answer alone decides. */
import { describe, expect, test } from '@jest/globals';
import type { AttemptResult } from '../../src/contract/ledger.js';
import type { Answer, Traits } from '../../src/contract/notifier.js';
import { classify, type Circumstances } from '../../src/delivery/attempts/classify.js';
import { APPROVED, claimOf, requestRecord } from '../fixtures/delivery/claims.js';

const UNKNOWN: Answer = { kind: 'unknown', reason: 'timeout' };
const DEFERRED: Answer = { kind: 'deferred', reason: 'http_429', retryAfterMs: 20_000 };
const CAREFUL: Traits = { decides: 'by-link', isIdempotent: true };
const CARELESS: Traits = { decides: 'by-link', isIdempotent: false };

function resultOf(
  answer: Answer,
  input: { claim?: Parameters<typeof claimOf>[0]; circumstances?: Partial<Circumstances> } = {},
): AttemptResult {
  return classify(
    { claim: claimOf(input.claim), answer, revision: 1, tookMs: 12 },
    {
      notifier: { traits: CAREFUL, updates: 'edit' },
      fraction: 0,
      isAborted: false,
      probeAfterMs: 30_000,
      suppressForMs: 9,
      ...input.circumstances,
    },
  );
}

test('every closing names its delivery, its claim and its attempt', () => {
  expect(resultOf(UNKNOWN)).toMatchObject({ deliveryId: 'd1', claimToken: 'c1', attemptId: 1, tookMs: 12 });
});

test('delivered: sent, with what the card showed', () => {
  const result = resultOf({ kind: 'delivered', receipt: { id: 'm1' } });

  expect(result).toMatchObject({ kind: 'sent', receipt: { id: 'm1' }, drawnRevision: 1 });
});

test('accepted by a provider: accepted, with the ids by which it knows the call', () => {
  const ids = { clientRequestId: 'c-1', providerRequestId: 'p-1' };

  const result = resultOf({ kind: 'accepted', receipt: { id: 'm1' }, ids });

  expect(result).toMatchObject({ kind: 'accepted', receipt: { id: 'm1' }, drawnRevision: 1, ids });
});

test('an id that a peer made up is not kept', () => {
  const ids = { clientRequestId: 'c-1', providerRequestId: 'x'.repeat(200) };

  expect(resultOf({ ...DEFERRED, ids }).ids).toEqual({ clientRequestId: 'c-1' });
  expect(resultOf({ ...DEFERRED, ids: { providerRequestId: 'a\nb' } }).ids).toBeUndefined();
});

test('throttled: not counted, however many attempts the policy allows', () => {
  const retry = { waitsMs: [], jitter: 0, longestWaitMs: 60_000, attempts: 1, lifetimeMs: 90_000 };
  const provider = { name: 'ops', isOneOfSeveral: false, isIdempotent: false, retry };

  expect(resultOf(DEFERRED, { circumstances: { provider } }).kind).toBe('failed');
  expect(resultOf({ ...DEFERRED, isThrottled: true }, { circumstances: { provider } })).toMatchObject({
    kind: 'retry',
    throttled: { most: 1 },
  });
  expect(resultOf({ ...DEFERRED, isThrottled: true })).toMatchObject({ throttled: { most: null } });
});

test('a recipient refused by a mail system: bounced', () => {
  const result = resultOf({ kind: 'refused', scope: 'recipient', reason: 'smtp_550', isBounce: true });

  expect(result).toMatchObject({ kind: 'bounced', reason: 'smtp_550', suppressForMs: 9 });
});

test.each([
  ['smtp_550', true],
  ['smtp_553', true],
  ['dsn_5.1.1', true],
  ['dsn_5.1.10', true],
  ['dsn_5.2.1', true],
  ['smtp_550_5.1.1', true],
  ['smtp_550_5.7.1', false],
  ['smtp_550_5.1.0', false],
  ['smtp_550_5.1.2', false],
  ['smtp_551_5.1.6', true],
  ['smtp_550_5.4.1', false],
  ['smtp_552', false],
  ['smtp_554', false],
  ['dsn_5.1.8', false],
  ['dsn_5.2.2', false],
  ['dsn_4.4.7', false],
  ['dsn_unknown', false],
] as const)('a bounce with %s suppresses its address: %s', (reason, isHard) => {
  const result = resultOf({ kind: 'refused', scope: 'recipient', reason, isBounce: true });

  expect(result).toMatchObject({ kind: 'bounced', suppressForMs: isHard ? 9 : 0 });
});

test('deferred: tried again, not before Retry-After', () => {
  expect(resultOf(DEFERRED)).toMatchObject({
    kind: 'retry',
    reason: 'http_429',
    waitMs: 20_000,
    isMaybeDuplicate: false,
  });
});

test('unknown: tried again by the schedule', () => {
  expect(resultOf(UNKNOWN)).toMatchObject({ kind: 'retry', reason: 'timeout', waitMs: 5_000 });
});

test.each(['message', 'recipient'] as const)('refused for the %s: failed, and the channel goes on', (scope) => {
  expect(resultOf({ kind: 'refused', scope, reason: 'no' })).toMatchObject({ kind: 'failed', scope, reason: 'no' });
});

test('refused by the provider: back to the queue, and the channel pauses', () => {
  const result = resultOf({ kind: 'refused', scope: 'provider', reason: 'smtp_535' });

  expect(result).toMatchObject({ kind: 'paused', reason: 'smtp_535', probeAfterMs: 30_000 });
});

test('only what was never answered is called unknown', () => {
  expect(resultOf(UNKNOWN)).toMatchObject({ kind: 'retry', isUnknown: true });
  expect(resultOf(DEFERRED)).toMatchObject({ kind: 'retry', isUnknown: false });
});

describe('uneditable', () => {
  const GONE: Answer = { kind: 'uneditable', reason: 'unknown_message' };
  const request = requestRecord({ decision: APPROVED });

  test('in answer to an edit: a follow-up is due', () => {
    const result = resultOf(GONE, { claim: { task: 'update', receipt: {}, request } });

    expect(result).toMatchObject({ kind: 'uneditable', reason: 'unknown_message' });
  });

  test.each(['notify', 'follow_up'] as const)('in answer to %s: failed, so that it goes round in no circle', (task) => {
    expect(resultOf(GONE, { claim: { task, request } })).toMatchObject({ kind: 'failed', scope: 'message' });
  });

  test('of a channel that edits nothing: failed', () => {
    const result = resultOf(GONE, {
      claim: { task: 'update', receipt: {}, request },
      circumstances: { notifier: { traits: CAREFUL, updates: 'follow-up' } },
    });

    expect(result).toMatchObject({ kind: 'failed', scope: 'message' });
  });
});

describe('a stop', () => {
  test('hands back what it aborted before anything went out', () => {
    const result = resultOf({ kind: 'deferred', reason: 'aborted' }, { circumstances: { isAborted: true } });

    expect(result.kind).toBe('released');
  });

  test('does not forget that what it aborted may have gone out', () => {
    const result = resultOf(UNKNOWN, {
      circumstances: { isAborted: true, notifier: { traits: CARELESS, updates: 'none' } },
    });

    expect(result).toMatchObject({ kind: 'retry', isMaybeDuplicate: true });
  });
});

describe('maybe_duplicate', () => {
  test('is marked when an unknown attempt is repeated and nothing keeps the card from coming twice', () => {
    const result = resultOf(UNKNOWN, { circumstances: { notifier: { traits: CARELESS, updates: 'none' } } });

    expect(result).toMatchObject({ isMaybeDuplicate: true });
  });

  test('is not marked where the platform knows the key again, nor when nothing went out', () => {
    const careless = { notifier: { traits: CARELESS, updates: 'none' } } as const;

    expect(resultOf(UNKNOWN)).toMatchObject({ isMaybeDuplicate: false });
    expect(resultOf(DEFERRED, { circumstances: careless })).toMatchObject({ isMaybeDuplicate: false });
  });

  test('is not marked for an edit, and is for a follow-up', () => {
    const claim = { task: 'update', receipt: {}, request: requestRecord({ decision: APPROVED }) } as const;
    const with_ = (updates: 'edit' | 'follow-up'): AttemptResult =>
      resultOf(UNKNOWN, { claim, circumstances: { notifier: { traits: CARELESS, updates } } });

    expect(with_('edit')).toMatchObject({ isMaybeDuplicate: false });
    expect(with_('follow-up')).toMatchObject({ isMaybeDuplicate: true });
  });

  test('stays, once marked', () => {
    expect(resultOf(DEFERRED, { claim: { isMaybeDuplicate: true } })).toMatchObject({ isMaybeDuplicate: true });
  });

  test.each([
    [CAREFUL, { mayDouble: true }, true],
    [CARELESS, { mayDouble: false }, false],
  ])('is decided by an answer that knows better than the traits (%j, %j)', (traits, known, expected) => {
    const circumstances = { notifier: { traits, updates: 'none' } } as const;

    expect(resultOf({ ...UNKNOWN, ...known }, { circumstances })).toMatchObject({ isMaybeDuplicate: expected });
  });

  const REFUSED: Answer = { kind: 'refused', scope: 'provider', reason: 'graph_error_send_as_denied' };

  test.each<[Answer, AttemptResult['kind'], boolean]>([
    [{ kind: 'accepted', receipt: {} }, 'accepted', false],
    [{ kind: 'delivered', receipt: {} }, 'sent', false],
    [DEFERRED, 'retry', false],
    [DEFERRED, 'released', true],
    [REFUSED, 'paused', false],
  ])('is marked by any answer that says so, whatever becomes of it: %j, %s', (answer, kind, isAborted) => {
    const saying = resultOf({ ...answer, mayDouble: true }, { circumstances: { isAborted } });

    expect(saying).toMatchObject({ kind, isMaybeDuplicate: true });
    expect(resultOf(answer, { circumstances: { isAborted } }).isMaybeDuplicate ?? false).toBe(false);
  });
});

test('unknown, with a wait: not before it is over', () => {
  expect(resultOf({ kind: 'unknown', reason: 'http_429', retryAfterMs: 20_000 })).toMatchObject({
    waitMs: 20_000,
    isUnknown: true,
  });
});
