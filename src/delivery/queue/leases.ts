/**
 * Renews the leases of claims that are being worked on, so that no other courier takes them while their result waits. All in
 * one statement, and none is watched for its loss: the claim token guards what is written in the end.
 */
import type { Clock } from '../../base/time/clock.js';
import { createLatestTimer } from '../../base/time/latest-timer.js';
import { renewalMs } from '../../base/time/renewal.js';
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import type { Claim, DeliveryLedger } from '../../contract/ledger.js';

export interface Leases {
  hold(claim: Claim): void;
  drop(claim: Claim): void;
  start(): void;
  stop(): void;
}

export interface LeasesDeps {
  readonly deliveries: Pick<DeliveryLedger, 'renew'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseMs: number;
}

export function createLeases({ deliveries, clock, log, leaseMs }: LeasesDeps): Leases {
  const held = new Map<string, { readonly deliveryId: string; readonly claimToken: string }>();
  const everyMs = renewalMs(leaseMs);
  const timer = createLatestTimer(clock, () => void renew());

  async function renew(): Promise<void> {
    try {
      if (held.size > 0) await deliveries.renew([...held.values()], leaseMs);
    } catch (error) {
      log.warn('leases could not be renewed', { leases: held.size, error: errorName(error) });
    }
    timer.setIn(everyMs);
  }

  return {
    hold: ({ deliveryId, claimToken }) => void held.set(claimToken, { deliveryId, claimToken }),
    drop: ({ claimToken }) => void held.delete(claimToken),
    start: () => timer.setIn(everyMs),
    stop: timer.stop,
  };
}
