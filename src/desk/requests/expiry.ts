/**
 * Expires requests when their deadline passes. One timer at the earliest deadline by the database's clock; looks again
 * when a request changed anywhere, and every half minute whatever it heard.
 *
 *   waiting ──timer, or a change──▶ turning: expire, ask for the next deadline ──▶ waiting
 *   turning ──the database is out of reach──▶ waiting, a second
 */
import { coalesced } from '../../base/time/coalesced-runner.js';
import { createEarliestTimer } from '../../base/time/earliest-timer.js';
import type { Clock } from '../../base/time/clock.js';
import { inTime } from '../../base/time/in-time.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { Desk } from '../../contract/desk.js';
import type { Ledger } from '../../contract/ledger.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';

/** How late an expiry may be where the hint of a new request was lost. */
const MAX_WAIT_MS = 30_000;
/** Keeps the loop from spinning on a deadline that two readings of the clock judge differently. */
const MIN_WAIT_MS = 25;
const RETRY_MS = 1_000;
/** A burst of openings causes one turn. */
const SETTLE_MS = 200;
/** A stop does not wait longer for a database that does not answer. */
const STOP_TURN_MS = 3_000;

export interface Expiry {
  start(): void;
  /** Resolves when no turn is under way; within 3 s whatever the database says. */
  stop(): Promise<void>;
}

export interface ExpiryDeps {
  readonly desk: Pick<Desk, 'expire'>;
  readonly ledger: Pick<Ledger, 'requests' | 'subscribe'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createExpiry({ desk, ledger, clock, log }: ExpiryDeps): Expiry {
  let isRunning = false;
  const turns = coalesced(turnAndWake);
  const timer = createEarliestTimer(clock, turns.ask);

  const wakeIn = (ms: number): void => {
    if (isRunning) timer.setIn(ms);
  };

  async function turnAndWake(): Promise<void> {
    if (!isRunning) return;
    const nextMs = await turn().catch((error: unknown) => {
      log.error('the expiry failed', { error: safeStack(error) });
      return RETRY_MS;
    });
    wakeIn(nextMs);
  }

  async function turn(): Promise<number> {
    await desk.expire();
    try {
      const ms = await ledger.requests.msUntilNextDeadline();
      return Math.min(Math.max(ms ?? MAX_WAIT_MS, MIN_WAIT_MS), MAX_WAIT_MS);
    } catch (error) {
      if (!isLedgerUnavailable(error)) throw error;
      return RETRY_MS; // the desk has said so in the log
    }
  }

  ledger.subscribe((change) => {
    if (change.kind === 'request' && change.outcome === null) wakeIn(SETTLE_MS);
    if (change.kind === 'regained') wakeIn(0);
  });

  return {
    start() {
      isRunning = true;
      wakeIn(0);
    },
    async stop() {
      isRunning = false;
      timer.cancel();
      await inTime(turns.idle(), { clock, ms: STOP_TURN_MS, late: undefined });
    },
  };
}
