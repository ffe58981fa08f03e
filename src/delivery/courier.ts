/**
 * The courier: claims due deliveries, makes one attempt each, writes how it ended.
 *
 * A delivery moves so (the ledger writes every state; each write demands the claim token):
 *
 *   queued ─────claimed, attempt row written──────────▶ sending
 *   sending ────delivered─────────────────────────────▶ sent        the drawn revision is what the card showed
 *   sending ────deferred, or unknown──────────────────▶ retry_wait  after the schedule's wait, Retry-After honoured;
 *                                                                   unknown to a channel that is not idempotent: marked maybe_duplicate
 *   sending ────deferred or unknown, no time left─────▶ failed      by the database's clock
 *   sending ────refused: message or recipient─────────▶ failed      so does a card that cannot be drawn
 *   sending ────uneditable: an edit finds no card─────▶ due again   as a `follow_up`: a new message says how it stands,
 *                                                                   and later edits are that message's
 *   sending ────refused: provider─────────────────────▶ queued      and the carrier pauses; its queue is kept
 *   sending ────handed back (stop, no free slot)──────▶ queued      cancelled, where the request has its outcome by now
 *   sending ────nobody renews the lease───────────────▶ due again   the next claim has a new claim token
 *   retry_wait ─due───────────────────────────────────▶ sending
 *   sent ───────the wanted revision passes the drawn──▶ due again   as an `update`
 *   queued, retry_wait ─the request has its outcome───▶ cancelled   nobody is asked what has been answered; but a card that
 *                                                                   may be there, unacknowledged, is due again: it is found or
 *                                                                   posted in its final form, where the channel can redraw
 *
 * A carrier moves so:
 *
 *   open ───refused: provider──▶ paused ───a probe is delivered──▶ open
 *   paused ─a probe fails──────▶ paused    one probe at a time
 *
 * Claiming and slots are in `lane.ts`, the call in `carriage.ts`, its time limit in `attempt.ts`, the edges in `classify.ts`,
 * what a closing sets off in `aftermath.ts`.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Sealer } from '../base/sealer.js';
import type { Change, Claim, Ledger, NewDelivery, ReservedSlots } from '../contract/ledger.js';
import type { Notifier } from '../contract/notifier.js';
import type { Events } from '../events/events.js';
import { createCarriage } from './carriage.js';
import { createClosings } from './closings.js';
import type { DrawSeams } from './draw.js';
import { createLane, type Lane } from './lane.js';
import { createLeases } from './leases.js';
import { LIMITS, type Limits } from './limits.js';
import { tokenOpener } from './token-opener.js';
import { inTime } from '../base/in-time.js';

export interface Carrier {
  readonly notifier: Notifier;
  /** How many attempts may run at once. */
  readonly slots: number;
}

export interface CourierSeams extends Omit<DrawSeams, 'nowMs' | 'openToken'> {
  readonly sealer: Pick<Sealer, 'open'>;
  readonly ledger: Pick<Ledger, 'deliveries' | 'subscribe'>;
  readonly carriers: ReadonlyMap<ChannelName, Carrier>;
  readonly events: Events;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Shortened by tests. */
  readonly limits?: Partial<Limits>;
}

export interface Courier {
  /** Slots for the cards of a request that is about to be committed, which may claim them there and then. */
  reserve(cards: readonly Pick<NewDelivery, 'carrier'>[]): ReservedSlots;
  start(): void;
  /** Lets running attempts end, aborts the rest, hands back what was not begun. Under 5 s. */
  stop(): Promise<void>;
}

export function createCourier(seams: CourierSeams): Courier {
  const { ledger, clock, log } = seams;
  const { deliveries } = ledger;
  const limits: Limits = { ...LIMITS, ...seams.limits };
  const closings = createClosings({ deliveries, clock, log, limits });
  const leases = createLeases({ deliveries, clock, log, leaseMs: limits.leaseMs });
  const lanes = new Map<string, Lane>();
  const drawing = { ...seams, nowMs: () => clock.nowMs(), openToken: tokenOpener(seams.sealer) };
  const carriage = createCarriage({ ...drawing, limits, closings, leases, lanes });
  const { handBack } = carriage;
  let stopping: Promise<void> | null = null;
  for (const [carrier, { notifier, slots }] of seams.carriers) {
    const { isIdempotent } = notifier.traits;
    const work = (claim: Claim): Promise<void> => carriage.carry(claim, notifier);
    lanes.set(carrier, createLane({ carrier, slots, isIdempotent, deliveries, work, handBack, clock, log, limits }));
  }

  return {
    reserve(cards) {
      const kept = [...lanes].map(([carrier, lane]) => {
        const wanted = cards.filter((card) => card.carrier === carrier).length;
        return { carrier, lane, count: lane.reserve(wanted) };
      });
      return {
        firstClaims: {
          slots: Object.fromEntries(kept.map(({ carrier, count }) => [carrier, count])),
          leaseMs: limits.leaseMs,
        },
        settle(claims) {
          for (const { carrier, lane, count } of kept)
            lane.settle(
              count,
              claims.filter((claim) => claim.carrier === carrier),
            );
        },
      };
    },
    start() {
      leases.start();
      ledger.subscribe((change) => wakeBy(change, lanes));
      for (const lane of lanes.values()) lane.wake();
    },
    stop: () => (stopping ??= stop()),
  };

  async function stop(): Promise<void> {
    const asleep = Promise.all([...lanes.values()].map((lane) => lane.stop()));
    await carriage.finish();
    await inTime(asleep, { clock, ms: limits.graceMs, late: null });
    await closings.flush(limits.stopFlushMs);
    leases.stop();
  }
}

function wakeBy(change: Change, lanes: ReadonlyMap<string, Lane>): void {
  if (change.kind === 'due') for (const carrier of change.carriers) lanes.get(carrier)?.wake();
  // hints may have been lost with the connection, so every lane claims now
  if (change.kind === 'regained') for (const lane of lanes.values()) lane.wake();
}
