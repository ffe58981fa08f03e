/** Every channel that connects out keeps every promise, and every case catches its mutant. */
import { AssertionError } from 'node:assert';
import { afterAll, describe, expect, test } from '@jest/globals';
import { closeLedger } from '../../fixtures/delivery/delivery.js';
import { connectingCases } from './connecting.js';
import { onConnectingStage } from './fixture.js';
import type { ConnectingStage, Stage } from '../stage.js';
import { stages } from '../stages/index.js';

afterAll(closeLedger);

for (const [channel, ofChannel] of Object.entries(stages)) {
  for (const { name, connecting } of ofChannel as readonly Stage[]) {
    if (connecting !== undefined) {
      describe(`${name}, when it connects out`, () => {
        playOn(connecting, channel);
      });
    }
  }
}

test('every promise is made once', () => {
  const promises = connectingCases.map(({ promise }) => promise);

  expect(new Set(promises).size).toBe(promises.length);
});

function playOn(stage: ConnectingStage, channel: string): void {
  for (const { promise, check, mutant } of connectingCases) {
    test(promise, async () => {
      await expect(onConnectingStage(stage, check, { channel })).resolves.toBeUndefined();
    });

    test(`${promise} (its mutant is caught)`, async () => {
      await expect(onConnectingStage(stage, check, { channel, mutant })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}
