/** Carries out one claim: draws its card, makes the attempt, says how it ended. `aftermath.ts` does what follows. */
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import { doubling } from '../base/doubling.js';
import { errorName } from '../base/error-name.js';
import { inTime } from '../base/in-time.js';
import type { Log } from '../base/log.js';
import { never } from '../base/never.js';
import type { Claim, Closing } from '../contract/ledger.js';
import type { Answer, Notifier } from '../contract/notifier.js';
import { conclude, type AftermathSeams } from './aftermath.js';
import { beginAttempt, type Attempt } from './attempt.js';
import { classify, headOf } from './classify.js';
import { draw, type Drawn, type DrawSeams } from './draw.js';
import type { Limits } from './limits.js';
import { reportAttempt } from './attempt-events.js';

export interface Carriage {
  /** Resolves when the channel has answered or its time is over, without waiting for the closing to be written. Never rejects. */
  carry(claim: Claim, notifier: Notifier): Promise<void>;
  readonly handBack: (claim: Claim) => void;
  /** Lets running attempts end for a while, then aborts them. Resolves when none runs. */
  finish(): Promise<void>;
}

export interface CarriageSeams extends DrawSeams, AftermathSeams {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly limits: Limits;
}

export function createCarriage(seams: CarriageSeams): Carriage {
  const { clock, chance, limits } = seams;
  const running = new Map<Attempt, Promise<unknown>>();
  const refusals = countRefusals();
  let isAborting = false;

  async function closingOf(claim: Claim, drawn: Drawn, notifier: Notifier): Promise<Closing> {
    if (drawn.kind !== 'call') return withoutCall(claim, drawn);
    const attempt = beginAttempt(drawn.call, seams);
    running.set(attempt, attempt.ended);
    if (isAborting) attempt.abort();
    const { answer, tookMs } = await attempt.ended;
    running.delete(attempt);
    const probeAfterMs = doubling(limits.probeMs, refusals.before(claim.carrier, answer));
    const circumstances = {
      notifier,
      fraction: chance.fraction(),
      isAborted: isAborting,
      probeAfterMs,
    };
    return classify({ claim, answer, revision: drawn.revision, tookMs }, circumstances);
  }

  return {
    async carry(claim, notifier) {
      seams.leases.hold(claim);
      const drawn = safelyDrawn(claim, notifier, seams);
      const closing = await closingOf(claim, drawn, notifier);
      if (drawn.kind === 'call' || drawn.kind === 'impossible') reportAttempt(seams.events, claim, closing);
      void conclude(seams, claim, closing);
    },
    handBack(claim) {
      void conclude(seams, claim, { ...headOf(claim, 0), kind: 'released' });
    },
    async finish() {
      await inTime(Promise.all(running.values()), { clock, ms: limits.stopPatienceMs, late: null });
      isAborting = true;
      for (const attempt of running.keys()) attempt.abort();
      await Promise.all(running.values());
    },
  };
}

/** Refusals of a provider in a row, by carrier: each makes the next probe wait longer. */
function countRefusals(): { before(carrier: string, answer: Answer): number } {
  const counts = new Map<string, number>();
  return {
    before(carrier, answer) {
      const count = counts.get(carrier) ?? 0;
      if (answer.kind === 'refused' && answer.scope === 'provider') counts.set(carrier, count + 1);
      if (answer.kind === 'delivered') counts.delete(carrier);
      return count;
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
      return { ...head, kind: 'cancelled' };
    case 'impossible':
      return { ...head, kind: 'failed', scope: 'message', reason: drawn.reason };
    default:
      return never(drawn);
  }
}
