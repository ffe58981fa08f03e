/** Carries out one claim: draws its card, makes the attempt, says how it ended. `attempt-outcome.ts` does what follows. */
import type { Encryption } from '../../base/crypto/encryption.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import { doubling } from '../../base/time/doubling.js';
import { errorName } from '../../base/process/error-name.js';
import { inTime } from '../../base/time/in-time.js';
import { never } from '../../base/process/never.js';
import type { Claim, AttemptResult } from '../../contract/ledger.js';
import type { MailRouting } from '../../contract/mail-routing.js';
import type { Answer, Notifier } from '../../contract/notifier.js';
import { conclude, type AttemptOutcomeDeps } from './attempt-outcome.js';
import { beginAttempt, type Attempt } from './attempt.js';
import { classify, headOf, type RoutedAttempt } from './classify.js';
import { draw, type Drawn, type DrawDeps } from './draw.js';
import { drawMessage } from './draw-message.js';
import type { Limits } from '../limits.js';
import { reportAttempt } from './attempt-events.js';

export interface DeliveryRunner {
  /** Resolves when the channel has answered or its time is over, without waiting for the result to be written. Never rejects. */
  carry(claim: Claim, notifier: Notifier, routing?: MailRouting): Promise<void>;
  readonly handBack: (claim: Claim) => void;
  /** Lets running attempts end for a while, then aborts them. Resolves when none runs. */
  finish(): Promise<void>;
}

export interface DeliveryRunnerDeps extends DrawDeps, AttemptOutcomeDeps {
  readonly encryption: Pick<Encryption, 'open'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
}

export function createDeliveryRunner(deps: DeliveryRunnerDeps): DeliveryRunner {
  const { clock, random, limits } = deps;
  const running = new Map<Attempt, Promise<unknown>>();
  const refusals = countRefusals();
  let isAborting = false;

  async function resultOf(claim: Claim, drawn: Drawn, { notifier, routing }: Carrier): Promise<AttemptResult> {
    if (drawn.kind !== 'call') return withoutCall(claim, drawn);
    const attemptMs = 'request' in claim ? limits.attemptMs : limits.messageAttemptMs;
    const attempt = beginAttempt(drawn.call, { ...deps, limits: { ...limits, attemptMs } });
    running.set(attempt, attempt.ended);
    if (isAborting) attempt.abort();
    const { answer, tookMs } = await attempt.ended;
    running.delete(attempt);
    const probeAfterMs = doubling(limits.probeMs, refusals.before(claim.route?.provider ?? claim.transport, answer));
    const provider = await routedAttempt(claim, routing);
    const circumstances = {
      notifier,
      fraction: random.fraction(),
      isAborted: isAborting,
      probeAfterMs,
      suppressForMs: limits.suppressForMs,
      ...(provider === null ? {} : { provider }),
    };
    return classify({ claim, answer, revision: drawn.revision, tookMs }, circumstances);
  }

  return {
    async carry(claim, notifier, routing) {
      deps.leases.hold(claim);
      const drawn = safelyDrawn(claim, notifier, deps);
      const result = await resultOf(claim, drawn, { notifier, routing });
      if (drawn.kind === 'call' || drawn.kind === 'impossible') reportAttempt(deps.events, claim, result);
      void conclude(deps, claim, result);
    },
    handBack(claim) {
      void conclude(deps, claim, { ...headOf(claim, 0), kind: 'released' });
    },
    async finish() {
      await inTime(Promise.all(running.values()), { clock, ms: limits.stopPatienceMs, late: null });
      isAborting = true;
      for (const attempt of running.keys()) attempt.abort();
      await Promise.all(running.values());
    },
  };
}

interface Carrier {
  readonly notifier: Notifier;
  readonly routing: MailRouting | undefined;
}

/** Null: the claim has no provider to speak of. */
async function routedAttempt({ route }: Claim, routing: MailRouting | undefined): Promise<RoutedAttempt | null> {
  if (route === undefined || routing === undefined) return null;
  const name = route.provider;
  // out of reach: the records are not known, and what is said of the provider holds for it alone
  const routes = await routing.routes().catch(() => null);
  const isOneOfSeveral = routes === null || routes.providers.length > 1;
  return {
    name,
    isOneOfSeveral,
    isIdempotent: routing.isIdempotent(name),
    retry: routing.policyOf(name)?.retry ?? null,
  };
}

/** Refusals of a provider in a row, by transport: each makes the next probe wait longer. */
function countRefusals(): { before(transport: string, answer: Answer): number } {
  const counts = new Map<string, number>();
  return {
    before(transport, answer) {
      const count = counts.get(transport) ?? 0;
      if (answer.kind === 'refused' && answer.scope === 'provider') counts.set(transport, count + 1);
      if (answer.kind === 'delivered' || answer.kind === 'accepted') counts.delete(transport);
      return count;
    },
  };
}

function safelyDrawn(
  claim: Claim,
  notifier: Notifier,
  deps: Pick<DeliveryRunnerDeps, 'encryption' | 'log'> & DrawDeps,
): Drawn {
  // before anything of it is opened or drawn, and before any call
  if (claim.isSuppressed && notifier.traits.isMail === true) return { kind: 'impossible', reason: 'suppressed' };
  try {
    return 'request' in claim ? draw(claim, notifier, deps) : drawMessage(claim, notifier, deps.encryption);
  } catch (error) {
    deps.log.error('a card or message could not be drawn', { delivery: claim.deliveryId, error: errorName(error) });
    return { kind: 'impossible', reason: 'undrawable' };
  }
}

function withoutCall(claim: Claim, drawn: Exclude<Drawn, { kind: 'call' }>): AttemptResult {
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
