/** Who was told to come again is told the same for a moment, and nobody is asked meanwhile. */
import { expect, test } from '@jest/globals';
import { recentlyTurnedAway } from '../../src/gate/visitor/recently-turned-away.js';

const MUTED = { kind: 'muted', untilMs: 60_000 } as const;
const DEFERRED = { kind: 'deferred', retryAtMs: 1 } as const;

test('the answer is held for ten seconds and then asked for anew', () => {
  let nowMs = 0;
  const turnedAway = recentlyTurnedAway({ monotonicMs: () => nowMs });
  turnedAway.remember('stg 203.0.113.7', MUTED);

  nowMs = 9_999;
  const held = turnedAway.answerTo('stg 203.0.113.7');
  nowMs = 10_000;

  expect(held).toEqual(MUTED);
  expect(turnedAway.answerTo('stg 203.0.113.7')).toBeNull();
  expect(turnedAway.answerTo('stg 203.0.113.8')).toBeNull();
});

test('a crowd of addresses does not fill the memory: the oldest is forgotten', () => {
  const turnedAway = recentlyTurnedAway({ monotonicMs: () => 0 });
  for (let number = 0; number <= 10_000; number += 1) turnedAway.remember(`visitor ${String(number)}`, DEFERRED);

  expect(turnedAway.answerTo('visitor 0')).toBeNull();
  expect(turnedAway.answerTo('visitor 1')).toEqual(DEFERRED);
});
