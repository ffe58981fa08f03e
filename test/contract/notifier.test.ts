/** Every notifier of the registry keeps every promise of the contract, and every case catches its liar. */
import { AssertionError } from 'node:assert';
import { describe, expect, test } from '@jest/globals';
import type { Notifier } from '../../src/contract/notifier.js';
import { notifierCases } from './notifier.js';
import { channelSeams, onStage } from './notifier-scene.js';
import type { Stage } from './stage.js';
import { stages } from './stages/index.js';

const cast: readonly { channel: string; stage: Stage; notifier: Notifier }[] = await Promise.all(
  Object.entries(stages).flatMap(([channel, all]) =>
    all.map(async (stage) => ({ channel, stage, notifier: await notifierOf(stage) })),
  ),
);

for (const { channel, stage, notifier } of cast) {
  describe(stage.name, () => {
    for (const { promise, notFor, at = 'fake', check, liar } of notifierCases) {
      const why = notFor(stage, notifier);
      if (why !== null) {
        test.skip(`${promise} (not here: ${why})`, () => undefined);
        continue;
      }

      test(promise, async () => {
        await expect(onStage(stage, check, { channel, at })).resolves.toBeUndefined();
      });

      test(`${promise} (its liar is caught)`, async () => {
        await expect(onStage(stage, check, { channel, at, liar })).rejects.toBeInstanceOf(AssertionError);
      });
    }
  });
}

/** Its traits decide which promises it makes. */
async function notifierOf(stage: Stage): Promise<Notifier> {
  const open = await stage.open(
    channelSeams(() => undefined),
    'fake',
  );
  await open.close();
  return open.channel.notifier;
}
