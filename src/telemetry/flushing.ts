/**
 * Writes now and then what only this process knows: counts in its memory, which no commit and no check waits for. What was counted
 * since the last flush is lost with a process that dies; a flush whose answer is lost is sent again as it was, and counts once.
 */
import type { Random } from '../base/crypto/random.js';
import type { Log } from '../base/process/log.js';
import { safeStack } from '../base/process/safe-stack.js';
import type { Clock } from '../base/time/clock.js';
import { repeatedTurns } from '../base/time/repeated-turns.js';
import { inTime } from '../base/time/in-time.js';
import { isLedgerUnavailable } from '../contract/ledger-unavailable.js';
import type { Counted, FlushInput, TelemetryLedger } from '../contract/telemetry-ledger.js';

const EVERY_MS = 10_000;
/** A stop has five seconds in all. */
const STOP_MS = 1_000;

export interface Flushing {
  start(): void;
  /** Flushes once more; within two seconds whatever the database says. */
  stop(): Promise<void>;
}

export interface FlushingDeps {
  readonly ledger: Pick<TelemetryLedger, 'flush'>;
  /** What was counted since the process started: it only grows. */
  readonly counted: () => readonly Counted[];
  readonly clock: Clock;
  readonly random: Pick<Random, 'hex'>;
  readonly log: Pick<Log, 'warn'>;
}

export function createFlushing({ ledger, counted, clock, random, log }: FlushingDeps): Flushing {
  const process = random.hex(16);
  const written = new Map<string, number>();
  let sequence = 0;
  let underWay: FlushInput | null = null;

  function next(): FlushInput | null {
    const counts = counted().flatMap((one) => {
      const n = one.n - (written.get(keyOf(one)) ?? 0);
      return n > 0 ? [{ ...one, n }] : [];
    });
    return counts.length === 0 ? null : { process, sequence: sequence + 1, counts };
  }

  async function flush(): Promise<void> {
    underWay ??= next();
    const input = underWay;
    if (input === null) return;
    await ledger.flush(input);
    // another call, while this one hung, may have been answered first
    if (underWay !== input) return;
    for (const one of input.counts) written.set(keyOf(one), (written.get(keyOf(one)) ?? 0) + one.n);
    ({ sequence } = input);
    underWay = null;
  }

  async function attempt(): Promise<number> {
    try {
      await flush();
    } catch (error) {
      if (!isLedgerUnavailable(error)) log.warn('counts are not written yet', { error: safeStack(error) });
    }
    return EVERY_MS;
  }

  const turns = repeatedTurns(attempt, { clock, firstAfterMs: EVERY_MS });
  return {
    start: turns.start,
    async stop() {
      await turns.stop(STOP_MS);
      // one that failed is sent as it was, and what came after it behind it
      await inTime(attempt().then(attempt), { clock, ms: STOP_MS, late: EVERY_MS });
    },
  };
}

function keyOf({ name, dims, bucket }: Counted): string {
  return JSON.stringify([name, bucket, dims]);
}
