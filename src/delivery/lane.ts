/**
 * A lane: one carrier's share of the courier. It owns the carrier's slots, claims what is due for the free ones and wakes by
 * itself. Lanes share nothing, so a channel that hangs fills its own slots and delays no other.
 *
 *   asleep ──hint, timer, a slot comes free──▶ claiming ──claimed fewer than asked──▶ asleep until the next is due
 *   claiming ──claimed all it asked for──▶ claiming again, as long as slots are free
 *   claiming ──the ledger cannot be reached──▶ asleep, twice as long each time
 *   any ──stop──▶ stopped; what a claim still brings is handed back
 *
 * Of a paused carrier the ledger gives out one claim at a time: its probe.
 */
import type { ChannelName } from '../approval/brand.js';
import { createAlarm } from '../base/alarm.js';
import type { Clock } from '../base/clock.js';
import { doubling } from '../base/doubling.js';
import { errorName } from '../base/error-name.js';
import type { Log } from '../base/log.js';
import { repeating } from '../base/repeating.js';
import type { Claim, DeliveryLedger } from '../contract/ledger.js';
import type { Limits } from './limits.js';

export interface Lane {
  /** Reserves so many slots, or as many as are free, for a commit that is running. None while the carrier is paused. */
  reserve(count: number): number;
  /** The commit is over: starts on the claims that it made and frees the slots reserved beyond them. */
  settle(kept: number, claims: readonly Claim[]): void;
  /** Something may be due. */
  readonly wake: () => void;
  /** Something is due after so long. */
  wakeIn(ms: number): void;
  /** The provider refused us: only a probe at a time from now on. False when that was known. */
  pause(): boolean;
  /** The provider works again. */
  resume(): void;
  /** Claims nothing any more. Resolves when no claim and no commit with reserved slots is running. */
  stop(): Promise<void>;
}

export interface LaneSeams {
  readonly carrier: ChannelName;
  readonly slots: number;
  /** The notifier's trait. Repeating an attempt of a courier that died can then make no second message. */
  readonly isIdempotent: boolean;
  readonly deliveries: Pick<DeliveryLedger, 'claim' | 'msUntilDue'>;
  /** Resolves when the slot is free again. */
  readonly work: (claim: Claim) => Promise<void>;
  readonly handBack: (claim: Claim) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
}

export function createLane(seams: LaneSeams): Lane {
  const { carrier, slots, isIdempotent, deliveries, work, handBack, clock, log, limits } = seams;
  const { leaseMs } = limits;
  /** Attempts that run, and slots promised to a claim or a commit under way. */
  let busy = 0;
  /** Running commits with reserved slots. */
  let commits = 0;
  let lastCommitIsOver = (): void => undefined;
  let isPaused = false;
  let isStopped = false;
  /** Something may be due for which no slot was free. */
  let isHungry = false;
  let failures = 0;
  const claiming = repeating(claimOrBackOff);
  const alarm = createAlarm(clock, claiming.ask);

  function begin(claim: Claim): void {
    busy += 1;
    void work(claim).finally(() => {
      busy -= 1;
      if (isHungry) claiming.ask();
    });
  }

  async function claimOrBackOff(): Promise<void> {
    try {
      if (!isStopped) await claim();
      failures = 0;
    } catch (error) {
      log.warn('the ledger cannot be reached; claiming again later', { carrier, error: errorName(error) });
      wakeIn(doubling(limits.ledgerBackoffMs, failures));
      failures += 1;
    }
  }

  async function claim(): Promise<void> {
    const wanted = slots - busy;
    isHungry = wanted <= 0;
    if (isHungry) return;
    const claims = await reserved(wanted, () => deliveries.claim({ carrier, limit: wanted, leaseMs, isIdempotent }));
    // another process may have paused or resumed the carrier: whether these claims are probes says which
    isPaused = claims[0]?.isProbe ?? isPaused;
    claims.forEach(isStopped ? handBack : begin);
    if (claims.length >= wanted) claiming.ask();
    else await sleepUntilDue(claims.length === 0);
  }

  /** The slots are taken before the claim is sent, so that a commit meanwhile cannot reserve the same ones. */
  async function reserved<T>(count: number, promise: () => Promise<T>): Promise<T> {
    busy += count;
    try {
      return await promise();
    } finally {
      busy -= count;
    }
  }

  async function sleepUntilDue(foundNothing: boolean): Promise<void> {
    const dueMs = (await deliveries.msUntilDue(carrier)) ?? limits.idlePollMs;
    wakeIn(Math.min(Math.max(dueMs, foundNothing ? limits.contendedMs : 0), limits.idlePollMs));
  }

  function wakeIn(ms: number): void {
    if (!isStopped) alarm.setIn(ms);
  }

  return {
    reserve(count) {
      const kept = isPaused || isStopped ? 0 : Math.min(count, Math.max(slots - busy, 0));
      busy += kept;
      commits += 1;
      return kept;
    },
    settle(kept, claims) {
      busy -= kept;
      commits -= 1;
      claims.forEach(isStopped ? handBack : begin);
      if (isHungry && claims.length < kept) claiming.ask();
      if (commits === 0) lastCommitIsOver();
    },
    wake: claiming.ask,
    wakeIn,
    pause() {
      const isNews = !isPaused;
      isPaused = true;
      return isNews;
    },
    resume() {
      isPaused = false;
      claiming.ask();
    },
    async stop() {
      isStopped = true;
      alarm.cancel();
      await claiming.idle();
      if (commits > 0) await new Promise<void>((resolve) => (lastCommitIsOver = resolve));
    },
  };
}
