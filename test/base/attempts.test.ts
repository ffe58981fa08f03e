/** Counted in memory by whoever tries: few attempts in a while that slides, and none when in doubt. */
import { expect, test } from '@jest/globals';
import { createAttempts } from '../../src/base/time/attempts.js';

const MAX_ATTEMPTS = 10;
const WINDOW_MS = 600_000;

function tenInTenMinutes(clock: { monotonicMs(): number }) {
  return createAttempts(clock, { max: MAX_ATTEMPTS, windowSeconds: WINDOW_MS / 1_000 });
}

test('an approver has ten attempts in a window, and others have their own', () => {
  const attempts = tenInTenMinutes({ monotonicMs: () => 1_000 });

  const taken = Array.from({ length: 12 }, () => attempts.take('ada'));

  expect(taken.filter((isTaken) => isTaken)).toHaveLength(MAX_ATTEMPTS);
  expect(taken.lastIndexOf(true)).toBe(MAX_ATTEMPTS - 1);
  expect(attempts.take('bob')).toBe(true);
});

test('an attempt comes back when its window is over, and not before', () => {
  let nowMs = 0;
  const attempts = tenInTenMinutes({ monotonicMs: () => nowMs });
  const takeAt = (atMs: number): boolean => {
    nowMs = atMs;
    return attempts.take('ada');
  };

  const first = Array.from({ length: MAX_ATTEMPTS }, (_, index) => takeAt(index * 1_000));

  expect(first).not.toContain(false);
  expect(takeAt(WINDOW_MS - 1)).toBe(false);
  expect(takeAt(WINDOW_MS)).toBe(true);
  expect(takeAt(WINDOW_MS + 1)).toBe(false);
});

test('refused attempts do not keep somebody out for longer', () => {
  let nowMs = 0;
  const attempts = tenInTenMinutes({ monotonicMs: () => nowMs });
  for (let tried = 0; tried < MAX_ATTEMPTS; tried += 1) attempts.take('ada');
  nowMs = WINDOW_MS / 2;
  attempts.take('ada');

  nowMs = WINDOW_MS;

  expect(attempts.take('ada')).toBe(true);
});

test('where too many are counted already, somebody new may not try', () => {
  const attempts = tenInTenMinutes({ monotonicMs: () => 0 });
  for (let index = 0; index < 10_000; index += 1) attempts.take(`approver-${String(index)}`);

  expect(attempts.take('one-more')).toBe(false);
  expect(attempts.take('approver-0')).toBe(true);
});
