/**
 * Expires requests when their deadline passes. One timer at the earliest deadline by the database's clock; looks again
 * when a request changed anywhere, and every half minute whatever it heard.
 *
 *   waiting ──timer, or a change──▶ turning: expire, ask for the next deadline ──▶ waiting
 *   turning ──the database is out of reach──▶ waiting, a second
 */
import type { Clock } from '../base/clock.js';
import { inTime } from '../base/in-time.js';
import type { Log } from '../base/log.js';
import type { Desk } from '../contract/desk.js';
import type { Ledger } from '../contract/ledger.js';
import { isLedgerUnavailable } from '../contract/ledger-unavailable.js';

/** A hint that was lost, or another process's request, costs at most this. */
const MAX_WAIT_MS = 30_000;
/** A deadline that has come by one reading and not by another must not spin. */
const MIN_WAIT_MS = 25;
const RETRY_MS = 1_000;
/** A burst of openings is looked at once. */
const SETTLE_MS = 200;
/** A stop does not wait longer for a database that does not answer. */
const STOP_TURN_MS = 3_000;

export interface Expiry {
  start(): void;
  /** Resolves when no turn is under way; within 3 s whatever the database says. */
  stop(): Promise<void>;
}

export interface ExpiryParts {
  readonly desk: Pick<Desk, 'expire'>;
  readonly ledger: Pick<Ledger, 'requests' | 'subscribe'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createExpiry({ desk, ledger, clock, log }: ExpiryParts): Expiry {
  let isRunning = false;
  let turning: Promise<void> | null = null;
  let timer: { readonly cancel: () => void; readonly atMs: number } | null = null;

  const wakeIn = (ms: number): void => {
    if (!isRunning) return;
    const atMs = clock.monotonicMs() + ms;
    if (timer !== null && timer.atMs <= atMs) return;
    timer?.cancel();
    timer = { cancel: clock.after(ms, wake), atMs };
  };

  function wake(): void {
    timer = null;
    if (turning !== null) return wakeIn(SETTLE_MS);
    turning = turn()
      .then(wakeIn)
      .catch(() => {
        log.error('the expiry failed');
        wakeIn(RETRY_MS);
      })
      .finally(() => {
        turning = null;
      });
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
      timer?.cancel();
      timer = null;
      if (turning !== null) await inTime(turning, { clock, ms: STOP_TURN_MS, late: undefined });
    },
  };
}
