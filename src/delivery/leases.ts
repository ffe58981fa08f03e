/** Renews the leases of claims that are being worked on, so that no other courier takes them while their closing waits. */
import type { Clock } from '../base/clock.js';
import { errorName } from '../base/error-name.js';
import type { Log } from '../base/log.js';
import type { Claim, DeliveryLedger } from '../contract/ledger.js';

export interface Leases {
  hold(claim: Claim): void;
  drop(claim: Claim): void;
  start(): void;
  stop(): void;
}

export interface LeasesSeams {
  readonly deliveries: Pick<DeliveryLedger, 'renew'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseMs: number;
}

/** Renewed three times a lease: two renewals may fail before a claim is lost. */
const RENEWALS_PER_LEASE = 3;

export function createLeases({ deliveries, clock, log, leaseMs }: LeasesSeams): Leases {
  const held = new Map<string, { readonly deliveryId: string; readonly claimToken: string }>();
  let cancel: (() => void) | null = null;

  function plan(): void {
    cancel = clock.after(leaseMs / RENEWALS_PER_LEASE, () => void renew());
  }

  async function renew(): Promise<void> {
    try {
      if (held.size > 0) await deliveries.renew([...held.values()], leaseMs);
    } catch (error) {
      log.warn('leases could not be renewed', { leases: held.size, error: errorName(error) });
    }
    if (cancel !== null) plan();
  }

  return {
    hold: ({ deliveryId, claimToken }) => void held.set(claimToken, { deliveryId, claimToken }),
    drop: ({ claimToken }) => void held.delete(claimToken),
    start: plan,
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
