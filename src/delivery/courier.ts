/**
 * The courier: claims due deliveries, makes one attempt each, writes how it ended.
 *
 * A delivery moves so (the ledger writes every state; each write demands the claim token):
 *
 *   queued ─────claimed, attempt row written──────────▶ sending
 *   sending ────delivered─────────────────────────────▶ sent        the drawn revision is what the card showed
 *   sending ────accepted──────────────────────────────▶ accepted    a provider has yet to send it; sent or bounced by what is told later
 *   sending ────deferred, or unknown──────────────────▶ retry_wait  after the schedule's wait, Retry-After honoured;
 *                                                                   unknown to a channel that is not idempotent: marked maybe_duplicate
 *   sending ────deferred or unknown, no time left─────▶ failed      by the database's clock
 *   sending ────refused: message or recipient─────────▶ failed      so does a card that cannot be drawn
 *   sending ────refused: recipient, by a mail system──▶ bounced     what was accepted or sent bounces by a report
 *   sending ────uneditable: an edit finds no card─────▶ due again   as a `follow_up`: a new message says how it stands,
 *                                                                   and later edits are that message's
 *   sending ────refused: provider─────────────────────▶ queued      and the transport pauses; its queue is kept
 *   sending ────handed back (stop, no free slot)──────▶ queued      cancelled, where the request has its outcome by now
 *   sending ────nobody renews the lease───────────────▶ due again   the next claim has a new claim token
 *   retry_wait ─due───────────────────────────────────▶ sending
 *   sent ───────the wanted revision passes the drawn──▶ due again   as an `update`
 *   queued, retry_wait, or a lease ran out ─a message's end─▶ failed   it is erased, and told as given up
 *   queued, retry_wait ─the request has its outcome───▶ cancelled   nobody is asked what has been answered; but a card that
 *                                                                   may be there, unacknowledged, is due again: it is found or
 *                                                                   posted in its final form, where the channel can redraw
 *
 * A transport moves so, and where it has several providers each of them by itself:
 *
 *   open ───refused: provider──▶ paused ───a probe is delivered──▶ open
 *   paused ─a probe fails──────▶ paused    one probe at a time
 *
 * Claiming and slots are in `channel-queue.ts`, the call in `delivery-runner.ts`, its time limit in `attempt.ts`, the edges in `classify.ts`,
 * what a result sets off in `attempt-outcome.ts`, the ends of messages in `giving-up.ts`.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Change, Claim, Ledger, NewDelivery, ReservedSlots } from '../contract/ledger.js';
import type { MailRouting } from '../contract/mail-routing.js';
import type { Notifier } from '../contract/notifier.js';
import type { Events } from '../events/events.js';
import { createDeliveryRunner } from './attempts/delivery-runner.js';
import { createAttemptResults } from './attempts/attempt-results.js';
import type { DrawDeps } from './attempts/draw.js';
import { createChannelQueue, type ChannelQueue } from './queue/channel-queue.js';
import { createGivingUp } from './queue/giving-up.js';
import { createLeases } from './queue/leases.js';
import { LIMITS, type Limits } from './limits.js';
import { tokenOpener } from './attempts/token-opener.js';
import { inTime } from '../base/time/in-time.js';

export interface Transport {
  readonly notifier: Notifier;
  /** How many attempts may run at once; of a transport with a choice of providers, by its only one. */
  readonly slots: number;
  readonly routing?: MailRouting;
}

export interface CourierDeps extends Omit<DrawDeps, 'nowMs' | 'openToken'> {
  readonly encryption: Pick<Encryption, 'open'>;
  readonly ledger: Pick<Ledger, 'deliveries' | 'subscribe'>;
  readonly transports: ReadonlyMap<ChannelName, Transport>;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Shortened by tests. */
  readonly limits?: Partial<Limits>;
}

export interface Courier {
  /** Slots for the cards of a request that is about to be committed, which may claim them there and then. */
  reserve(cards: readonly Pick<NewDelivery, 'transport'>[]): ReservedSlots;
  start(): void;
  /** Lets running attempts end, aborts the rest, hands back what was not begun. Under 5 s. */
  stop(): Promise<void>;
}

export function createCourier(deps: CourierDeps): Courier {
  const { ledger, clock, log } = deps;
  const { deliveries } = ledger;
  const limits: Limits = { ...LIMITS, ...deps.limits };
  const results = createAttemptResults({ deliveries, clock, log, limits });
  const leases = createLeases({ deliveries, clock, log, leaseMs: limits.leaseMs });
  const givingUp = createGivingUp({ deliveries, events: deps.events, clock, log, limits });
  const channelQueues = new Map<string, ChannelQueue>();
  const drawing = { ...deps, nowMs: () => clock.nowMs(), openToken: tokenOpener(deps.encryption) };
  const deliveryRunner = createDeliveryRunner({ ...drawing, limits, results, leases, channelQueues });
  const { handBack } = deliveryRunner;
  let stopping: Promise<void> | null = null;
  for (const [transport, { notifier, slots, routing }] of deps.transports) {
    const { isIdempotent } = notifier.traits;
    const work = (claim: Claim): Promise<void> => deliveryRunner.carry(claim, notifier, routing);
    channelQueues.set(
      transport,
      createChannelQueue({
        ...{ transport, slots, isIdempotent, deliveries, work, handBack, clock, log, limits },
        ...(routing === undefined ? {} : { routing }),
      }),
    );
  }

  return {
    reserve: (cards) => reservedOf(channelQueues, { cards, leaseMs: limits.leaseMs }),
    start() {
      leases.start();
      ledger.subscribe((change) => wakeBy(change, channelQueues));
      for (const channelQueue of channelQueues.values()) channelQueue.wake();
      givingUp.start();
    },
    stop: () => (stopping ??= stop()),
  };

  async function stop(): Promise<void> {
    const queues = [...channelQueues.values()].map((channelQueue) => channelQueue.stop());
    const asleep = Promise.all([...queues, givingUp.stop(limits.graceMs)]);
    await deliveryRunner.finish();
    await inTime(asleep, { clock, ms: limits.graceMs, late: null });
    await results.flush(limits.stopFlushMs);
    leases.stop();
  }
}

type Cards = Parameters<Courier['reserve']>[0];

/** Slots of each queue for these cards; a queue whose mails have to be told apart promises none. */
function reservedOf(
  channelQueues: ReadonlyMap<string, ChannelQueue>,
  { cards, leaseMs }: { readonly cards: Cards; readonly leaseMs: number },
): ReservedSlots {
  const kept = [...channelQueues].map(([transport, channelQueue]) => {
    const wanted = cards.filter((card) => card.transport === transport).length;
    return { transport, channelQueue, count: channelQueue.reserve(wanted), route: channelQueue.onlyRoute() };
  });
  const routes = kept.flatMap(({ transport, route }) => (route === null ? [] : [[transport, route] as const]));
  return {
    firstClaims: {
      slots: Object.fromEntries(kept.map(({ transport, count }) => [transport, count])),
      leaseMs,
      routes: Object.fromEntries(routes),
    },
    settle(claims) {
      for (const { transport, channelQueue, count } of kept)
        channelQueue.settle(
          count,
          claims.filter((claim) => claim.transport === transport),
        );
    },
  };
}

function wakeBy(change: Change, channelQueues: ReadonlyMap<string, ChannelQueue>): void {
  if (change.kind === 'due') for (const transport of change.transports) channelQueues.get(transport)?.wake();
  // hints may have been lost with the connection, so every channel queue claims now
  if (change.kind === 'regained') for (const channelQueue of channelQueues.values()) channelQueue.wake();
}
