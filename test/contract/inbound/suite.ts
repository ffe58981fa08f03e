/** Plays the inbound suite on the stages of one channel: a test for each promise, and one for each mutant. */
import { AssertionError } from 'node:assert';
import { describe, expect, test } from '@jest/globals';
import { inboundCases } from './inbound.js';
import { onInboundStage } from './fixture.js';
import { channelDeps } from '../notifier/fixture.js';
import type { InboundStage, Stage } from '../stage.js';

export function playInboundSuite(channel: string, stages: readonly Stage[]): void {
  for (const stage of stages) {
    describe(`${stage.name}, when it is called`, () => {
      test('its stage says how, if it has an inbound', async () => {
        await expect(hasInbound(stage)).resolves.toBe(stage.inbound !== undefined);
      });

      if (stage.inbound !== undefined) playOn(stage.inbound, channel);
    });
  }
}

function playOn(stage: InboundStage, channel: string): void {
  for (const { promise, check, mutant } of inboundCases) {
    test(promise, async () => {
      await expect(onInboundStage(stage, check, { channel })).resolves.toBeUndefined();
    });

    test(`${promise} (its mutant is caught)`, async () => {
      await expect(onInboundStage(stage, check, { channel, mutant })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}

async function hasInbound(stage: Stage): Promise<boolean> {
  const open = await stage.open(
    channelDeps(() => undefined),
    'fake',
  );
  await open.close();
  return open.channel.inbound !== undefined;
}
