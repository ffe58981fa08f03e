import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import { jsonLog } from '../../src/base/process/log.js';
import type { AttemptResult, AttemptOutcome } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createAttemptResults, type AttemptResults } from '../../src/delivery/attempts/attempt-results.js';

type Close = (results: readonly AttemptResult[]) => Promise<readonly AttemptOutcome[]>;

function resultsOver(close: Close): AttemptResults {
  return createAttemptResults({
    deliveries: { close },
    clock: systemClock(),
    log: jsonLog('silent', { write: () => undefined }),
    limits: { gatherMs: 1, ledgerBackoffMs: { first: 1, longest: 4 } },
  });
}

function result(deliveryId: string): AttemptResult {
  return { deliveryId, claimToken: 'c', attemptId: 1, tookMs: 1, kind: 'released' };
}

function outcomesOf(batch: readonly AttemptResult[]): readonly AttemptOutcome[] {
  return batch.map(({ deliveryId }) => ({ deliveryId, isHeld: true, state: 'queued', isLastFirstFailure: false }));
}

test('what ends together is one batch, and what ends while it is being written makes the next', async () => {
  const batches: string[][] = [];
  let late: Promise<unknown> = Promise.resolve();
  const results = resultsOver((batch) => {
    batches.push(batch.map(({ deliveryId }) => deliveryId));
    if (batches.length === 1) late = Promise.all(['d', 'e'].map((id) => results.add(result(id))));
    return Promise.resolve(outcomesOf(batch));
  });

  const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => results.add(result(id))));
  await late;

  expect(batches).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(outcomes.map((outcome) => outcome?.deliveryId)).toEqual(['a', 'b', 'c']);
});

test('while the ledger cannot be reached closings wait, and none is lost', async () => {
  let failures = 3;
  const results = resultsOver((batch) => {
    if (failures-- > 0) return Promise.reject(new LedgerUnavailable('gone'));
    return Promise.resolve(outcomesOf(batch));
  });

  const outcomes = await Promise.all([results.add(result('a')), results.add(result('b'))]);

  expect(outcomes.map((outcome) => outcome?.isHeld)).toEqual([true, true]);
});

test('a flush gives up in time when the ledger never answers', async () => {
  const results = resultsOver(() => new Promise(() => undefined));
  const outcome = results.add(result('a'));

  await results.flush(1);

  await expect(outcome).resolves.toBeNull();
  await expect(results.add(result('b'))).resolves.toBeNull();
});
