/** Carries one claim from its drawing to its closing, and follows up on what the ledger says of the closing. */
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { never } from '../base/never.js';
import type { Claim, Closing, DeliveryLedger, Ledger } from '../contract/ledger.js';
import type { Notifier } from '../contract/notifier.js';
import type { Events } from '../events/events.js';
import { beginAttempt, type Attempt } from './attempt.js';
import { classify, headOf } from './classify.js';
import type { Closings } from './closings.js';
import { draw, type Drawn, type DrawSeams } from './draw.js';
import { errorName } from './error-name.js';
import type { Lane } from './lane.js';
import type { Leases } from './leases.js';
import { doubling, type Limits } from './limits.js';
import { reportAllFailed, reportAttempt } from './report.js';
import { within } from './within.js';

export interface Carriage {
  /** Resolves when the channel has answered or its time is over; the closing is written meanwhile. Never rejects. */
  carry(claim: Claim, by: Bearer): Promise<void>;
  readonly handBack: (claim: Claim) => void;
  /** Lets running attempts end for a while, then aborts them. Resolves when none runs. */
  finish(): Promise<void>;
}

export interface Bearer {
  readonly notifier: Notifier;
  /** The carrier is paused, and this attempt finds out whether it works again. */
  readonly isProbe: boolean;
}

export interface CarriageSeams extends DrawSeams {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly closings: Closings;
  readonly leases: Leases;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly events: Events;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly limits: Limits;
}

export function createCarriage(seams: CarriageSeams): Carriage {
  const { closings, leases, lanes, events, clock, chance, log, limits } = seams;
  const running = new Map<Attempt, Promise<unknown>>();
  /** Consecutive refusals of a provider, by carrier: the next probe waits longer. */
  const refusals = new Map<string, number>();
  let isAborting = false;

  async function closingOf(claim: Claim, drawn: Drawn, notifier: Notifier): Promise<Closing> {
    if (drawn.kind !== 'call') return withoutCall(claim, drawn);
    const attempt = beginAttempt(drawn.call, { clock, log, limits });
    running.set(attempt, attempt.ended);
    if (isAborting) attempt.abort();
    const { answer, tookMs } = await attempt.ended;
    running.delete(attempt);
    const times = refusals.get(claim.carrier) ?? 0;
    if (answer.kind === 'refused' && answer.scope === 'provider') refusals.set(claim.carrier, times + 1);
    if (answer.kind === 'delivered') refusals.delete(claim.carrier);
    return classify(
      { claim, answer, revision: drawn.revision, tookMs },
      {
        notifier,
        nowMs: clock.nowMs(),
        fraction: chance.fraction(),
        isAborted: isAborting,
        probeAfterMs: doubling(limits.probeMs, times),
      },
    );
  }

  async function write(claim: Claim, closing: Closing, isProbe: boolean): Promise<void> {
    const outcome = await closings.add(closing);
    leases.drop(claim);
    if (outcome === null) return;
    if (outcome.isLastFirstFailure && claim.request.decision === null) reportAllFailed(events, claim);
    if (!outcome.isHeld)
      return log.warn('a claim was lost before its attempt was closed', { delivery: claim.deliveryId });
    const lane = lanes.get(claim.carrier);
    if (closing.kind === 'paused' && lane?.pause() === true) {
      events.emit({ event: 'auth_gate.channel_paused', channel: claim.carrier, error: closing.reason });
    }
    if (closing.kind === 'sent' && isProbe) await resume(claim.carrier);
    if (outcome.state === 'queued' || outcome.state === 'retry_wait') lane?.wakeIn(waitOf(closing));
  }

  async function resume(carrier: Claim['carrier']): Promise<void> {
    try {
      const isResumed = await (seams.ledger.deliveries satisfies Pick<DeliveryLedger, 'resume'>).resume(carrier);
      if (isResumed) events.emit({ event: 'auth_gate.channel_resumed', channel: carrier });
      lanes.get(carrier)?.resume();
    } catch (error) {
      log.warn('a pause could not be ended; the next probe tries again', { carrier, error: errorName(error) });
    }
  }

  return {
    async carry(claim, { notifier, isProbe }) {
      leases.hold(claim);
      const drawn = safelyDrawn(claim, notifier, seams);
      const closing = await closingOf(claim, drawn, notifier);
      if (drawn.kind === 'call' || drawn.kind === 'impossible') reportAttempt(events, claim, closing);
      void write(claim, closing, isProbe);
    },
    handBack(claim) {
      void write(claim, { ...headOf(claim, 0), kind: 'released' }, false);
    },
    async finish() {
      await within(clock, limits.stopPatienceMs, Promise.all(running.values()));
      isAborting = true;
      for (const attempt of running.keys()) attempt.abort();
      await Promise.all(running.values());
    },
  };
}

function safelyDrawn(claim: Claim, notifier: Notifier, seams: DrawSeams & { log: Log }): Drawn {
  try {
    return draw(claim, notifier, seams);
  } catch (error) {
    seams.log.error('a card could not be drawn', { delivery: claim.deliveryId, error: errorName(error) });
    return { kind: 'impossible', reason: 'undrawable' };
  }
}

function withoutCall(claim: Claim, drawn: Exclude<Drawn, { kind: 'call' }>): Closing {
  const head = headOf(claim, 0);
  switch (drawn.kind) {
    case 'nothing_to_redraw':
      return { ...head, kind: 'sent', receipt: drawn.receipt, drawnRevision: drawn.revision };
    case 'too_late':
      return { ...head, kind: 'released' };
    case 'impossible':
      return { ...head, kind: 'failed', scope: 'message', reason: drawn.reason };
    default:
      return never(drawn);
  }
}

/** When a delivery that went back to the queue is due again. */
function waitOf(closing: Closing): number {
  if (closing.kind === 'retry') return closing.waitMs;
  return closing.kind === 'paused' ? closing.probeAfterMs : 0;
}
