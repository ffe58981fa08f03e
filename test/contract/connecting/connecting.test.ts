/** Every channel that connects out keeps every promise, and every case catches its liar. */
import { AssertionError } from 'node:assert';
import { afterAll, describe, expect, test } from '@jest/globals';
import { closeLedger } from '../../delivery/house.js';
import { connectingCases } from './connecting.js';
import { onConnectingStage } from './scene.js';
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
  for (const { promise, check, liar } of connectingCases) {
    test(promise, async () => {
      await expect(onConnectingStage(stage, check, { channel })).resolves.toBeUndefined();
    });

    test(`${promise} (its liar is caught)`, async () => {
      await expect(onConnectingStage(stage, check, { channel, liar })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}
