/** Plays the notifier suite on the stages of one channel: a test for each promise, and one for each mutant. */
import { AssertionError } from 'node:assert';
import { describe, expect, test } from '@jest/globals';
import type { Notifier } from '../../../src/contract/notifier.js';
import { notifierCases } from './notifier.js';
import { channelDeps, onStage } from './fixture.js';
import type { Stage } from '../stage.js';

export async function playNotifierSuite(channel: string, stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) {
    const notifier = await notifierOf(stage);
    describe(stage.name, () => {
      playOn(stage, { channel, notifier });
    });
  }
}

function playOn(stage: Stage, { channel, notifier }: { channel: string; notifier: Notifier }): void {
  for (const { promise, notFor, at = 'fake', check, mutant } of notifierCases) {
    const why = notFor(stage, notifier);
    if (why !== null) {
      test.skip(`${promise} (not here: ${why})`, () => undefined);
      continue;
    }

    test(promise, async () => {
      await expect(onStage(stage, check, { channel, at })).resolves.toBeUndefined();
    });

    test(`${promise} (its mutant is caught)`, async () => {
      await expect(onStage(stage, check, { channel, at, mutant })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}

/** Its traits decide which promises it makes. */
export async function notifierOf(stage: Stage): Promise<Notifier> {
  const open = await stage.open(
    channelDeps(() => undefined),
    'fake',
  );
  await open.close();
  return open.channel.notifier;
}
