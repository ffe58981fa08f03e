/**
 * A lease that this process holds. Two processes must never both count on it, so it is renewed after a third of its
 * length and counts as lost a margin before others may take it, whether the database says so or does not answer.
 *
 * Other leases are kept otherwise: between batches (leased-turns.ts), or many at once by claim tokens (queue/leases.ts).
 *
 *   held ──renewed──▶ held, for its whole length from when the renewal was SENT
 *   held ──another's by now, or nothing renewed until the margin──▶ lost
 *   held ──given back──▶ over
 */
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import { renewalMs } from '../../base/time/renewal.js';
import type { LeaseLedger, LeaseInput } from '../../contract/lease-ledger.js';

export type TakenLease =
  | { readonly kind: 'held'; readonly lease: HeldLease }
  /** Another process has it. */
  | { readonly kind: 'elsewhere' }
  /** The database did not answer, or too late for the answer to be of use. */
  | { readonly kind: 'unavailable' };

export interface HeldLease {
  /** Aborts with `LostBecause` once nobody may count on it any more. */
  readonly lost: AbortSignal;
  /** Lets others have it at once. Where that fails, they have it when it runs out. */
  giveBack(): Promise<void>;
}

export type LostBecause = 'taken_over' | 'not_renewed';

export interface LeaseLimits {
  readonly leaseMs: number;
  /** How long the holder has to stop its work between losing the lease and others being able to take it. */
  readonly marginMs: number;
}

export interface LeaseDeps {
  readonly leases: LeaseLedger;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LeaseLimits;
}

/** A renewal that failed is tried again after this part of the time between two. */
const SOONER = 5;

export async function takeLease(input: LeaseInput, deps: LeaseDeps): Promise<TakenLease> {
  const { leases, clock, limits } = deps;
  const sentMs = clock.monotonicMs();
  const isMine = await leases.take({ ...input, leaseMs: limits.leaseMs }).catch(() => null);
  if (isMine === null) return { kind: 'unavailable' };
  if (!isMine) return { kind: 'elsewhere' };
  const leftMs = leftOf(sentMs, deps);
  if (leftMs > 0) return { kind: 'held', lease: hold(input, { deps, leftMs }) };
  await leases.giveBack(input).catch(() => undefined);
  return { kind: 'unavailable' };
}

/** How long a lease that was asked for at `sentMs` can be counted on: the database began to count after that. */
function leftOf(sentMs: number, { clock, limits }: LeaseDeps): number {
  return sentMs + limits.leaseMs - limits.marginMs - clock.monotonicMs();
}

function hold(input: LeaseInput, held: { readonly deps: LeaseDeps; readonly leftMs: number }): HeldLease {
  const { leases, clock, log, limits } = held.deps;
  const lost = new AbortController();
  const everyMs = renewalMs(limits.leaseMs);
  let isOver = false;
  let cancelEnd = endIn(held.leftMs);
  let cancelRenewal = clock.after(everyMs, renew);
  let renewing = Promise.resolve();

  function endIn(ms: number): () => void {
    return clock.after(ms, () => lose('not_renewed'));
  }

  function lose(because: LostBecause): void {
    if (isOver) return;
    stop();
    log.warn('a lease was lost', { lease: input.name, because });
    lost.abort(because);
  }

  function stop(): void {
    isOver = true;
    cancelEnd();
    cancelRenewal();
  }

  function renew(): void {
    const sentMs = clock.monotonicMs();
    renewing = leases
      .take({ ...input, leaseMs: limits.leaseMs })
      .catch(() => null)
      .then((isMine) => {
        if (!isOver) judge(isMine, sentMs);
      });
  }

  function judge(isMine: boolean | null, sentMs: number): void {
    if (isMine === false) return lose('taken_over');
    if (isMine === true) {
      cancelEnd();
      cancelEnd = endIn(leftOf(sentMs, held.deps));
    }
    cancelRenewal = clock.after(isMine === true ? everyMs : everyMs / SOONER, renew);
  }

  return {
    lost: lost.signal,
    async giveBack() {
      stop();
      await renewing; // a renewal that is running would take the lease again after it was given back
      await leases.giveBack(input).catch(() => log.warn('a lease could not be given back', { lease: input.name }));
    },
  };
}
