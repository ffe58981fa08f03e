/** Who was told to come again is told the same for a moment, and nobody is asked meanwhile. */
import { expect, test } from '@jest/globals';
import { recentlyDeferred } from '../../src/gate/recently-deferred.js';

test('the answer is held for ten seconds and then asked for anew', () => {
  let nowMs = 0;
  const deferred = recentlyDeferred({ monotonicMs: () => nowMs });
  deferred.remember('stg 203.0.113.7', 60_000);

  nowMs = 9_999;
  const held = deferred.retryAtMs('stg 203.0.113.7');
  nowMs = 10_000;

  expect(held).toBe(60_000);
  expect(deferred.retryAtMs('stg 203.0.113.7')).toBeNull();
  expect(deferred.retryAtMs('stg 203.0.113.8')).toBeNull();
});

test('a crowd of addresses does not fill the memory: the oldest is forgotten', () => {
  const deferred = recentlyDeferred({ monotonicMs: () => 0 });
  for (let number = 0; number <= 10_000; number += 1) deferred.remember(`visitor ${String(number)}`, 1);

  expect(deferred.retryAtMs('visitor 0')).toBeNull();
  expect(deferred.retryAtMs('visitor 1')).toBe(1);
});
