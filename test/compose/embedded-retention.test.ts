/** How long the embedded Talk keeps a message: as long as both what it shows and the request it is of are kept. */
import { expect, test } from '@jest/globals';
import { daysOfMessages } from '../../src/compose/embedded-retention.js';

const KEPT = { attempts: 1, deadLetters: 1, failures: 1, audit: 1 };

test.each([
  [{ addresses: 30, requests: 90 }, 30],
  [{ addresses: 30, requests: 7 }, 7],
  [{ addresses: 0, requests: 90 }, 90],
  [{ addresses: 30, requests: 0 }, 30],
  [{ addresses: 0, requests: 0 }, null],
])('with %j days for addresses and requests it is %p', (days, expected) => {
  expect(daysOfMessages({ ...KEPT, ...days })).toBe(expected);
});
