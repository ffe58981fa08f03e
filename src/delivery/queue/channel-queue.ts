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
import type { MailRoute, MailRouting, MailRoutes } from '../../contract/mail-routing.js';
import { onlyRoute as onlyRouteOf } from '../../mail/selection.js';
import type { Limits } from '../limits.js';

export interface ChannelQueue {
  /** Reserves so many slots, or as many as are free, for a commit that is running. None while the transport is paused. */
  reserve(count: number): number;
  /** By what all mails go out, where there is one way for them, as it was known at the last claim; null otherwise. */
  onlyRoute(): MailRoute | null;
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
  /** Of mails: by what each goes out. */
  readonly routing?: MailRouting;
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
  /** Of mails: how the records stood at the last claim, and the attempts that run by each provider. */
  routes: MailRoutes | null;
  readonly busyBy: Map<string, number>;
}

export function createChannelQueue(deps: ChannelQueueDeps): ChannelQueue {
  const state: QueueState = {
    busy: 0,
    isPaused: false,
    isStopped: false,
    isHungry: false,
    routes: null,
    busyBy: new Map(),
  };
  const { begin, claiming, timer, wakeIn } = claimingInto(state, deps);
  deps.routing?.onChange(claiming.ask);
  /** Running commits with reserved slots. */
  let commits = 0;
  let lastCommitIsOver = (): void => undefined;

  return {
    reserve(count) {
      const isOpen = !state.isPaused && !state.isStopped && (deps.routing === undefined || onlyRoute(state) !== null);
      const kept = isOpen ? Math.min(count, Math.max(deps.slots - state.busy, 0)) : 0;
      state.busy += kept;
      commits += 1;
      return kept;
    },
    onlyRoute: () => onlyRoute(state),
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
  const { transport, deliveries, clock, log, limits } = deps;
  let failures = 0;
  const claiming = coalesced(claimOrBackOff);
  const timer = createEarliestTimer(clock, claiming.ask);

  function begin(claim: Claim): void {
    const provider = claim.route?.provider ?? '';
    state.busy += 1;
    state.busyBy.set(provider, (state.busyBy.get(provider) ?? 0) + 1);
    void deps.work(claim).finally(() => {
      state.busy -= 1;
      state.busyBy.set(provider, (state.busyBy.get(provider) ?? 1) - 1);
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
    if (deps.routing !== undefined) state.routes = await deps.routing.routes();
    const limit = slotsOf(state, deps) - state.busy;
    state.isHungry = limit <= 0;
    if (state.isHungry) return;
    const claims = await claimedInto(state, { deps, limit });
    // another process may have paused or resumed the transport: whether these claims are probes says which
    state.isPaused = isPausedBy(claims, state);
    claims.forEach(state.isStopped ? deps.handBack : begin);
    if (claims.length >= limit) claiming.ask();
    else await sleepUntilDue(claims.length === 0);
  }

  async function sleepUntilDue(foundNothing: boolean): Promise<void> {
    const dueMs = (await deliveries.msUntilDue(transport)) ?? limits.idlePollMs;
    // what is due and was not claimed may wait for a slot of its provider
    state.isHungry = dueMs === 0;
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
    const mail = state.routes === null ? {} : { mail: { routes: state.routes, free: freeBy(state.routes, state) } };
    return await deliveries.claim({ transport, limit, leaseMs: limits.leaseMs, isIdempotent, ...mail });
  } finally {
    state.busy -= limit;
  }
}

/** Of all its providers together; where there is one way for all mails, the transport's own. */
const MAX_SLOTS = 20;

function slotsOf(state: QueueState, { slots, routing }: ChannelQueueDeps): number {
  if (routing === undefined || state.routes === null || onlyRoute(state) !== null) return slots;
  const all = state.routes.providers.reduce((sum, one) => sum + (one.isActive ? one.slots : 0), 0);
  return Math.min(Math.max(all, 1), MAX_SLOTS);
}

function freeBy({ providers }: MailRoutes, { busyBy }: QueueState): Readonly<Record<string, number>> {
  return Object.fromEntries(providers.map(({ name, slots }) => [name, slots - (busyBy.get(name) ?? 0)]));
}

function onlyRoute({ routes }: QueueState): MailRoute | null {
  return routes === null ? null : onlyRouteOf(routes);
}

/** Probes of one provider among others say nothing of the transport, of which no slot is promised anyway. */
function isPausedBy([first]: readonly Claim[], { isPaused, routes }: QueueState): boolean {
  if (first === undefined) return isPaused;
  return first.isProbe && (routes?.providers.length ?? 0) < 2;
}
