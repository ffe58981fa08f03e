/** A throttle counts an attempt for as long as the courier lets one run. */
import { expect, test } from '@jest/globals';
import { LIMITS } from '../../src/delivery/limits.js';
import { LONGEST_MS } from '../../src/ledger/verbs/deliveries/mail/room.js';

test('no attempt outlasts what the throttle counts', () => {
  expect(LONGEST_MS).toBeGreaterThan(LIMITS.messageAttemptMs + LIMITS.graceMs);
});
