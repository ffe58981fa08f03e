import { describe, expect, test } from '@jest/globals';
import { nextWaitMs } from '../../src/delivery/schedule.js';
import { APPROVED, CALLBACK, claimOf, requestRecord } from '../fixtures/delivery/claims.js';

const NO_JITTER = { retryAfterMs: 0, fraction: 0 };

describe('a request card', () => {
  test('is tried again after 5 s, 15 s, 45 s, 2 min, then every 5 min', () => {
    const waits = [1, 2, 3, 4, 5, 6, 40].map((attempt) => nextWaitMs(claimOf({ attempt }), NO_JITTER));

    expect(waits).toEqual([5_000, 15_000, 45_000, 120_000, 300_000, 300_000, 300_000]);
  });
});

describe('an update and a callback', () => {
  const request = requestRecord({ decision: APPROVED, revision: 2 });
  const update = claimOf({ task: 'update', request, receipt: {} });
  const callback = claimOf({ recipient: CALLBACK, request });

  test.each([
    ['an update', update],
    ['a callback', callback],
  ])('%s waits longer and longer, up to 4 h', (_name, claim) => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => nextWaitMs({ ...claim, attempt }, NO_JITTER));

    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits[0]).toBe(5_000);
    expect(waits.slice(-2)).toEqual([14_400_000, 14_400_000]);
  });
});

test('Retry-After is never undercut, with or without jitter', () => {
  expect(nextWaitMs(claimOf(), { retryAfterMs: 90_000, fraction: 0 })).toBe(90_000);
  expect(nextWaitMs(claimOf(), { retryAfterMs: 90_000, fraction: 0.99 })).toBeGreaterThan(90_000);
  expect(nextWaitMs(claimOf(), { retryAfterMs: 1_000, fraction: 0 })).toBe(5_000);
});

test('jitter stretches a wait by up to a quarter and never shortens it', () => {
  expect(nextWaitMs(claimOf(), { retryAfterMs: 0, fraction: 0.999_999 })).toBe(6_250);
});
