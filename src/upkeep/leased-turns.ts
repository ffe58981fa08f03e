/**
 * Repeated work that one process of all does, in turns of small batches, under a lease. The lease only avoids doing work
 * twice. Where doing it twice would do harm, the work itself must guard against it in the database.
 *
 *   waiting ──time──▶ looking: is anything due? ──no, or the lease is another's──▶ waiting
 *   looking ──yes, and the lease is ours──▶ a turn: batch, pause, batch, … ──▶ waiting
 *   any ──the database is out of reach──▶ waiting
 */
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { inTime } from '../base/in-time.js';
import { pausedFor } from '../base/waits.js';
import { whence } from '../base/whence.js';
import type { LeaseLedger, LeaseWish } from '../contract/lease-ledger.js';
import { isLedgerUnavailable } from '../contract/ledger-unavailable.js';

/** Long enough for the slowest batch, short enough that a process that was killed is soon replaced. */
const LEASE_MS = 15_000;
const RENEWED_AFTER_MS = LEASE_MS / 3;
/** How long the running batch, and then giving back the lease, may each hold up a stop while the database does not answer. */
const STOP_BATCH_MS = 3_000;
const STOP_GIVE_BACK_MS = 1_000;

export interface Turn {
  readonly lease: LeaseWish;
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

export interface TurnSeams {
  readonly leases: LeaseLedger;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** For work on something only this process has, so that no lease is needed. */
export const UNCONTESTED: LeaseLedger = {
  take: () => Promise.resolve(true),
  giveBack: () => Promise.resolve(),
};

export function leasedTurns(work: LeasedWork, { leases, clock, chance, log }: TurnSeams): LeasedTurns {
  const lease: LeaseWish = { name: work.name, owner: chance.hex(16) };
  const stopped = new AbortController();
  const until = { clock, signal: stopped.signal };
  let running = Promise.resolve();
  /** When the lease that we hold was last asked for; null: we do not hold it. */
  let takenMs: number | null = null;

  async function run(): Promise<void> {
    await pausedFor(work.firstAfterMs, until);
    while (!stopped.signal.aborted) {
      await attempt();
      await pausedFor(work.everyMs, until);
    }
  }

  async function attempt(): Promise<void> {
    try {
      if (!(await work.isDue()) || !(await take())) return;
      await work.turn({ lease, mayGoOn });
    } catch (error) {
      if (!isLedgerUnavailable(error)) log.error('the upkeep failed', { work: work.name, error: whence(error) });
    }
  }

  async function take(): Promise<boolean> {
    const sentMs = clock.monotonicMs();
    const isMine = await leases.take({ ...lease, leaseMs: LEASE_MS });
    takenMs = isMine ? sentMs : null;
    return isMine;
  }

  async function mayGoOn(): Promise<boolean> {
    await pausedFor(work.pauseMs, until);
    if (stopped.signal.aborted) return false;
    if (takenMs !== null && clock.monotonicMs() - takenMs < RENEWED_AFTER_MS) return true;
    return take();
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopped.abort();
      await inTime(running, { clock, ms: STOP_BATCH_MS, late: undefined });
      if (takenMs === null) return;
      const givenBack = leases.giveBack(lease).catch(() => undefined); // where that fails the lease runs out by itself
      await inTime(givenBack, { clock, ms: STOP_GIVE_BACK_MS, late: undefined });
    },
  };
}
