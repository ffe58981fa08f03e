/**
 * Writes how attempts ended. Those that end within a few milliseconds share a commit, since nobody waits for it and the cards of
 * one request end almost together; those that end during a commit make up the next one. While the ledger cannot be reached,
 * results wait and are tried again: writing one twice is safe, because the first write uses up the claim token.
 */
import type { Clock } from '../../base/time/clock.js';
import { doubling } from '../../base/time/doubling.js';
import { errorName } from '../../base/process/error-name.js';
import { inTime } from '../../base/time/in-time.js';
import type { Log } from '../../base/process/log.js';
import { coalesced } from '../../base/time/coalesced-runner.js';
import type { AttemptResult, AttemptOutcome, DeliveryLedger } from '../../contract/ledger.js';
import type { Limits } from '../limits.js';

const MAX_BATCH = 100;

export interface AttemptResults {
  /** Null when the courier stopped before the ledger took it; the lease then runs out. */
  add(result: AttemptResult): Promise<AttemptOutcome | null>;
  /** Resolves when all is written, or gives up after `withinMs`. Nothing may be added afterwards. */
  flush(withinMs: number): Promise<void>;
}

interface Waiting {
  readonly result: AttemptResult;
  readonly settle: (outcome: AttemptOutcome | null) => void;
}

export interface AttemptResultsDeps {
  readonly deliveries: Pick<DeliveryLedger, 'close'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<Limits, 'ledgerBackoffMs' | 'gatherMs'>;
}

export function createAttemptResults({ deliveries, clock, log, limits }: AttemptResultsDeps): AttemptResults {
  let waiting: Waiting[] = [];
  let failures = 0;
  let isGivenUp = false;
  const writing = coalesced(writeBatch);

  async function writeBatch(): Promise<void> {
    await new Promise<void>((resolve) => void clock.after(limits.gatherMs, resolve));
    const batch = waiting.slice(0, MAX_BATCH);
    if (batch.length === 0) return;
    const outcomes = await written(batch);
    if (isGivenUp) return;
    if (outcomes === null) {
      await new Promise<void>((resolve) => void clock.after(doubling(limits.ledgerBackoffMs, failures), resolve));
      failures += 1;
    } else {
      failures = 0;
      waiting = waiting.slice(batch.length);
      const byId = new Map(outcomes.map((outcome) => [outcome.deliveryId, outcome]));
      for (const { result, settle } of batch) settle(byId.get(result.deliveryId) ?? null);
    }
    if (waiting.length > 0) writing.ask();
  }

  async function written(batch: readonly Waiting[]): Promise<readonly AttemptOutcome[] | null> {
    try {
      return await deliveries.close(batch.map(({ result }) => result));
    } catch (error) {
      const fields = { results: batch.length, error: errorName(error) };
      log.warn('the ledger did not take results of attempts; they are tried again', fields);
      return null;
    }
  }

  return {
    add(result) {
      if (isGivenUp) return Promise.resolve(null);
      return new Promise((settle) => {
        waiting.push({ result, settle });
        writing.ask();
      });
    },
    async flush(withinMs) {
      await inTime(writing.idle(), { clock, ms: withinMs, late: null });
      isGivenUp = true;
      for (const { settle } of waiting) settle(null);
      waiting = [];
    },
  };
}
