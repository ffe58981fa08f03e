/** One test an edge of the courier's table, where the answer alone decides. */
import { describe, expect, test } from '@jest/globals';
import type { Closing } from '../../src/contract/ledger.js';
import type { Answer, Traits } from '../../src/contract/notifier.js';
import { classify, type Circumstances } from '../../src/delivery/classify.js';
import { APPROVED, claimOf, requestRecord } from './claims.js';

const UNKNOWN: Answer = { kind: 'unknown', reason: 'timeout' };
const DEFERRED: Answer = { kind: 'deferred', reason: 'http_429', retryAfterMs: 20_000 };
const CAREFUL: Traits = { decides: 'by-link', isIdempotent: true };
const CARELESS: Traits = { decides: 'by-link', isIdempotent: false };

function closingOf(
  answer: Answer,
  wish: { claim?: Parameters<typeof claimOf>[0]; circumstances?: Partial<Circumstances> } = {},
): Closing {
  return classify(
    { claim: claimOf(wish.claim), answer, revision: 1, tookMs: 12 },
    {
      notifier: { traits: CAREFUL, updates: 'edit' },
      fraction: 0,
      isAborted: false,
      probeAfterMs: 30_000,
      ...wish.circumstances,
    },
  );
}

test('every closing names its delivery, its claim and its attempt', () => {
  expect(closingOf(UNKNOWN)).toMatchObject({ deliveryId: 'd1', claimToken: 'c1', attemptId: 1, tookMs: 12 });
});

test('delivered: sent, with what the card showed', () => {
  const closing = closingOf({ kind: 'delivered', receipt: { id: 'm1' } });

  expect(closing).toMatchObject({ kind: 'sent', receipt: { id: 'm1' }, drawnRevision: 1 });
});

test('deferred: tried again, not before Retry-After', () => {
  expect(closingOf(DEFERRED)).toMatchObject({
    kind: 'retry',
    reason: 'http_429',
    waitMs: 20_000,
    isMaybeDuplicate: false,
  });
});

test('unknown: tried again by the schedule', () => {
  expect(closingOf(UNKNOWN)).toMatchObject({ kind: 'retry', reason: 'timeout', waitMs: 5_000 });
});

test.each(['message', 'recipient'] as const)('refused for the %s: failed, and the channel goes on', (scope) => {
  expect(closingOf({ kind: 'refused', scope, reason: 'no' })).toMatchObject({ kind: 'failed', scope, reason: 'no' });
});

test('refused by the provider: back to the queue, and the channel pauses', () => {
  const closing = closingOf({ kind: 'refused', scope: 'provider', reason: 'smtp_535' });

  expect(closing).toMatchObject({ kind: 'paused', reason: 'smtp_535', probeAfterMs: 30_000 });
});

test('only what was never answered is called unknown', () => {
  expect(closingOf(UNKNOWN)).toMatchObject({ kind: 'retry', isUnknown: true });
  expect(closingOf(DEFERRED)).toMatchObject({ kind: 'retry', isUnknown: false });
});

describe('uneditable', () => {
  const GONE: Answer = { kind: 'uneditable', reason: 'unknown_message' };
  const request = requestRecord({ decision: APPROVED });

  test('in answer to an edit: a follow-up is due', () => {
    const closing = closingOf(GONE, { claim: { task: 'update', receipt: {}, request } });

    expect(closing).toMatchObject({ kind: 'uneditable', reason: 'unknown_message' });
  });

  test.each(['notify', 'follow_up'] as const)('in answer to %s: failed, so that it goes round in no circle', (task) => {
    expect(closingOf(GONE, { claim: { task, request } })).toMatchObject({ kind: 'failed', scope: 'message' });
  });

  test('of a channel that edits nothing: failed', () => {
    const closing = closingOf(GONE, {
      claim: { task: 'update', receipt: {}, request },
      circumstances: { notifier: { traits: CAREFUL, updates: 'follow-up' } },
    });

    expect(closing).toMatchObject({ kind: 'failed', scope: 'message' });
  });
});

describe('a stop', () => {
  test('hands back what it aborted before anything went out', () => {
    const closing = closingOf({ kind: 'deferred', reason: 'aborted' }, { circumstances: { isAborted: true } });

    expect(closing.kind).toBe('released');
  });

  test('does not forget that what it aborted may have gone out', () => {
    const closing = closingOf(UNKNOWN, {
      circumstances: { isAborted: true, notifier: { traits: CARELESS, updates: 'none' } },
    });

    expect(closing).toMatchObject({ kind: 'retry', isMaybeDuplicate: true });
  });
});

describe('maybe_duplicate', () => {
  test('is marked when an unknown attempt is repeated and nothing keeps the card from coming twice', () => {
    const closing = closingOf(UNKNOWN, { circumstances: { notifier: { traits: CARELESS, updates: 'none' } } });

    expect(closing).toMatchObject({ isMaybeDuplicate: true });
  });

  test('is not marked where the platform knows the key again, nor when nothing went out', () => {
    const careless = { notifier: { traits: CARELESS, updates: 'none' } } as const;

    expect(closingOf(UNKNOWN)).toMatchObject({ isMaybeDuplicate: false });
    expect(closingOf(DEFERRED, { circumstances: careless })).toMatchObject({ isMaybeDuplicate: false });
  });

  test('is not marked for an edit, and is for a follow-up', () => {
    const claim = { task: 'update', receipt: {}, request: requestRecord({ decision: APPROVED }) } as const;
    const with_ = (updates: 'edit' | 'follow-up'): Closing =>
      closingOf(UNKNOWN, { claim, circumstances: { notifier: { traits: CARELESS, updates } } });

    expect(with_('edit')).toMatchObject({ isMaybeDuplicate: false });
    expect(with_('follow-up')).toMatchObject({ isMaybeDuplicate: true });
  });

  test('stays, once marked', () => {
    expect(closingOf(DEFERRED, { claim: { isMaybeDuplicate: true } })).toMatchObject({ isMaybeDuplicate: true });
  });
});
