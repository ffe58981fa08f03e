/**
 * A channel queue: one transport's share of the courier. It owns the transport's slots, claims what is due for the free ones and wakes by
 * itself. Queues share nothing, so a channel that hangs fills its own slots and delays no other.
 *
 *   asleep ──hint, timer, a slot comes free──▶ claiming ──claimed fewer than asked──▶ asleep until the next is due
 *   claiming ──claimed all it asked for──▶ claiming again, as long as slots are free
 *   claiming ──the ledger cannot be reached──▶ asleep, twice as long each time
 *   any ──stop──▶ stopped; what a claim still brings is handed back
 *
 * Of a paused transport the ledger gives out one claim at a time: its probe.
 */
import type { ChannelName } from '../../approval/brand.js';
import { createEarliestTimer } from '../../base/time/earliest-timer.js';
import type { Clock } from '../../base/time/clock.js';
import { doubling } from '../../base/time/doubling.js';
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import { coalesced } from '../../base/time/coalesced-runner.js';
import type { Claim, DeliveryLedger } from '../../contract/ledger.js';
import type { Limits } from '../limits.js';

export interface ChannelQueue {
  /** Reserves so many slots, or as many as are free, for a commit that is running. None while the transport is paused. */
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

export interface ChannelQueueDeps {
  readonly transport: ChannelName;
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

/** The slots of a queue, and whether it may claim. */
interface QueueState {
  /** Attempts that run, and slots promised to a claim or a commit under way. */
  busy: number;
  isPaused: boolean;
  isStopped: boolean;
  /** Something may be due for which no slot was free. */
  isHungry: boolean;
}

export function createChannelQueue(deps: ChannelQueueDeps): ChannelQueue {
  const state: QueueState = { busy: 0, isPaused: false, isStopped: false, isHungry: false };
  const { begin, claiming, timer, wakeIn } = claimingInto(state, deps);
  /** Running commits with reserved slots. */
  let commits = 0;
  let lastCommitIsOver = (): void => undefined;

  return {
    reserve(count) {
      const free = Math.max(deps.slots - state.busy, 0);
      const kept = state.isPaused || state.isStopped ? 0 : Math.min(count, free);
      state.busy += kept;
      commits += 1;
      return kept;
    },
    settle(kept, claims) {
      state.busy -= kept;
      commits -= 1;
      claims.forEach(state.isStopped ? deps.handBack : begin);
      if (state.isHungry && claims.length < kept) claiming.ask();
      if (commits === 0) lastCommitIsOver();
    },
    wake: claiming.ask,
    wakeIn,
    pause() {
      const isNews = !state.isPaused;
      state.isPaused = true;
      return isNews;
    },
    resume() {
      state.isPaused = false;
      claiming.ask();
    },
    async stop() {
      state.isStopped = true;
      timer.cancel();
      await claiming.idle();
      if (commits > 0) await new Promise<void>((resolve) => (lastCommitIsOver = resolve));
    },
  };
}

/** Claims what is due for the free slots, and begins on it. */
function claimingInto(state: QueueState, deps: ChannelQueueDeps) {
  const { transport, slots, deliveries, clock, log, limits } = deps;
  let failures = 0;
  const claiming = coalesced(claimOrBackOff);
  const timer = createEarliestTimer(clock, claiming.ask);

  function begin(claim: Claim): void {
    state.busy += 1;
    void deps.work(claim).finally(() => {
      state.busy -= 1;
      if (state.isHungry) claiming.ask();
    });
  }

  async function claimOrBackOff(): Promise<void> {
    try {
      if (!state.isStopped) await claim();
      failures = 0;
    } catch (error) {
      log.warn('the ledger cannot be reached; claiming again later', { transport, error: errorName(error) });
      wakeIn(doubling(limits.ledgerBackoffMs, failures));
      failures += 1;
    }
  }

  async function claim(): Promise<void> {
    const limit = slots - state.busy;
    state.isHungry = limit <= 0;
    if (state.isHungry) return;
    const claims = await claimedInto(state, { deps, limit });
    // another process may have paused or resumed the transport: whether these claims are probes says which
    state.isPaused = claims[0]?.isProbe ?? state.isPaused;
    claims.forEach(state.isStopped ? deps.handBack : begin);
    if (claims.length >= limit) claiming.ask();
    else await sleepUntilDue(claims.length === 0);
  }

  async function sleepUntilDue(foundNothing: boolean): Promise<void> {
    const dueMs = (await deliveries.msUntilDue(transport)) ?? limits.idlePollMs;
    wakeIn(Math.min(Math.max(dueMs, foundNothing ? limits.contendedMs : 0), limits.idlePollMs));
  }

  function wakeIn(ms: number): void {
    if (!state.isStopped) timer.setIn(ms);
  }

  return { begin, claiming, timer, wakeIn };
}

/** The slots are taken before the claim is sent, so that a commit meanwhile cannot reserve the same ones. */
async function claimedInto(
  state: QueueState,
  { deps, limit }: { readonly deps: ChannelQueueDeps; readonly limit: number },
): Promise<readonly Claim[]> {
  const { transport, isIdempotent, deliveries, limits } = deps;
  state.busy += limit;
  try {
    return await deliveries.claim({ transport, limit, leaseMs: limits.leaseMs, isIdempotent });
  } finally {
    state.busy -= limit;
  }
}
