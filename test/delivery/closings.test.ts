import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import type { Closing, ClosingOutcome } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createClosings, type Closings } from '../../src/delivery/closings.js';

type Close = (closings: readonly Closing[]) => Promise<readonly ClosingOutcome[]>;

function closingsOver(close: Close): Closings {
  return createClosings({
    deliveries: { close },
    clock: systemClock(),
    log: jsonLog('silent', { write: () => undefined }),
    limits: { gatherMs: 1, ledgerBackoffMs: { first: 1, longest: 4 } },
  });
}

function closing(deliveryId: string): Closing {
  return { deliveryId, claimToken: 'c', attemptId: 1, tookMs: 1, kind: 'released' };
}

function outcomesOf(batch: readonly Closing[]): readonly ClosingOutcome[] {
  return batch.map(({ deliveryId }) => ({ deliveryId, isHeld: true, state: 'queued', isLastFirstFailure: false }));
}

test('what ends together is one batch, and what ends while it is being written makes the next', async () => {
  const batches: string[][] = [];
  let late: Promise<unknown> = Promise.resolve();
  const closings = closingsOver((batch) => {
    batches.push(batch.map(({ deliveryId }) => deliveryId));
    if (batches.length === 1) late = Promise.all(['d', 'e'].map((id) => closings.add(closing(id))));
    return Promise.resolve(outcomesOf(batch));
  });

  const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => closings.add(closing(id))));
  await late;

  expect(batches).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(outcomes.map((outcome) => outcome?.deliveryId)).toEqual(['a', 'b', 'c']);
});

test('while the ledger cannot be reached closings wait, and none is lost', async () => {
  let failures = 3;
  const closings = closingsOver((batch) => {
    if (failures-- > 0) return Promise.reject(new LedgerUnavailable('gone'));
    return Promise.resolve(outcomesOf(batch));
  });

  const outcomes = await Promise.all([closings.add(closing('a')), closings.add(closing('b'))]);

  expect(outcomes.map((outcome) => outcome?.isHeld)).toEqual([true, true]);
});

test('a flush gives up in time when the ledger never answers', async () => {
  const closings = closingsOver(() => new Promise(() => undefined));
  const outcome = closings.add(closing('a'));

  await closings.flush(1);

  await expect(outcome).resolves.toBeNull();
  await expect(closings.add(closing('b'))).resolves.toBeNull();
});
