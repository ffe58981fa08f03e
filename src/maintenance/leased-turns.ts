/**
 * Repeated work that one process of all does, in turns of small batches, under a lease. The lease only avoids doing work
 * twice. Where doing it twice would do harm, the work itself must guard against it in the database. So it is renewed
 * between batches alone, and no timer watches for its loss as in connections/held-lease.ts.
 *
 *   waiting ──time──▶ looking: is anything due? ──no, or the lease is another's──▶ waiting
 *   looking ──yes, and the lease is ours──▶ a turn: batch, pause, batch, … ──▶ waiting
 *   any ──the database is out of reach──▶ waiting
 */
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import { inTime } from '../base/time/in-time.js';
import { renewalMs } from '../base/time/renewal.js';
import { repeatedTurns } from '../base/time/repeated-turns.js';
import { pausedFor } from '../base/time/waits.js';
import { safeStack } from '../base/process/safe-stack.js';
import type { LeaseLedger, LeaseInput } from '../contract/lease-ledger.js';
import { isLedgerUnavailable } from '../contract/ledger-unavailable.js';

/** Long enough for the slowest batch, short enough that a process that was killed is soon replaced. */
const LEASE_MS = 15_000;
/** How long the running batch, and then giving back the lease, may each hold up a stop while the database does not answer. */
const STOP_BATCH_MS = 3_000;
const STOP_GIVE_BACK_MS = 1_000;

export interface Turn {
  readonly lease: LeaseInput;
  /** Aborts when the process stops: for calls that take longer than a batch may. */
  readonly signal: AbortSignal;
  /** Between two batches: waits, so that other writes get their turn, and renews the lease. False: end the turn. */
  readonly mayGoOn: () => Promise<boolean>;
}

export interface LeasedWork {
  /** Names the lease, and the work in the log. */
  readonly name: string;
  readonly firstAfterMs: number;
  readonly everyMs: number;
  readonly pauseMs: number;
  /** Must be cheap: every process asks it, whether it holds the lease or not. */
  readonly isDue: () => Promise<boolean>;
  readonly turn: (turn: Turn) => Promise<void>;
}

export interface LeasedTurns {
  start(): void;
  /** Resolves when no batch is under way, with the lease given back; within 4 s whatever the database says. */
  stop(): Promise<void>;
}

export interface TurnDeps {
  readonly leases: LeaseLedger;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** For work on something only this process has, so that no lease is needed. */
export const UNCONTESTED: LeaseLedger = {
  take: () => Promise.resolve(true),
  giveBack: () => Promise.resolve(),
};

export function leasedTurns(work: LeasedWork, { leases, clock, random, log }: TurnDeps): LeasedTurns {
  const lease: LeaseInput = { name: work.name, owner: random.hex(16) };
  const turns = repeatedTurns(attempt, { clock, firstAfterMs: work.firstAfterMs });
  const { signal } = turns;
  /** When the lease that we hold was last asked for; null: we do not hold it. */
  let takenMs: number | null = null;

  async function attempt(): Promise<number> {
    try {
      if ((await work.isDue()) && (await take())) await work.turn({ lease, signal, mayGoOn });
    } catch (error) {
      if (!isLedgerUnavailable(error))
        log.error('the maintenance failed', { work: work.name, error: safeStack(error) });
    }
    return work.everyMs;
  }

  async function take(): Promise<boolean> {
    const sentMs = clock.monotonicMs();
    const isMine = await leases.take({ ...lease, leaseMs: LEASE_MS });
    takenMs = isMine ? sentMs : null;
    return isMine;
  }

  async function mayGoOn(): Promise<boolean> {
    await pausedFor(work.pauseMs, { clock, signal });
    if (signal.aborted) return false;
    if (takenMs !== null && clock.monotonicMs() - takenMs < renewalMs(LEASE_MS)) return true;
    return take();
  }

  return {
    start: turns.start,
    async stop() {
      await turns.stop(STOP_BATCH_MS);
      if (takenMs === null) return;
      const givenBack = leases.giveBack(lease).catch(() => undefined); // where that fails the lease runs out by itself
      await inTime(givenBack, { clock, ms: STOP_GIVE_BACK_MS, late: undefined });
    },
  };
}
