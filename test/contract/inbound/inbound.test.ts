/** Every inbound of the registry keeps every promise, and every case catches its liar. */
import { AssertionError } from 'node:assert';
import { afterAll, describe, expect, test } from '@jest/globals';
import { closeLedger } from '../../delivery/house.js';
import { inboundCases } from './inbound.js';
import { onInboundStage } from './scene.js';
import { channelSeams } from '../notifier/scene.js';
import type { InboundStage, Stage } from '../stage.js';
import { stages } from '../stages/index.js';

afterAll(closeLedger);

for (const [channel, ofChannel] of Object.entries(stages)) {
  for (const stage of ofChannel as readonly Stage[]) {
    describe(`${stage.name}, when it is called`, () => {
      test('its stage says how, if it has an inbound', async () => {
        await expect(hasInbound(stage)).resolves.toBe(stage.inbound !== undefined);
      });

      if (stage.inbound !== undefined) playOn(stage.inbound, channel);
    });
  }
}

function playOn(stage: InboundStage, channel: string): void {
  for (const { promise, check, liar } of inboundCases) {
    test(promise, async () => {
      await expect(onInboundStage(stage, check, { channel })).resolves.toBeUndefined();
    });

    test(`${promise} (its liar is caught)`, async () => {
      await expect(onInboundStage(stage, check, { channel, liar })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}

async function hasInbound(stage: Stage): Promise<boolean> {
  const open = await stage.open(
    channelSeams(() => undefined),
    'fake',
  );
  await open.close();
  return open.channel.inbound !== undefined;
}
