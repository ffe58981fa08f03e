/** The repeated work on the database: sealing the audit trail, counting what happened, and retention. */
import type { AuditHead, Ledger, RetentionDays } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import { createAuditChain } from './audit-chain/audit-chain.js';
import type { LeasedTurns, TurnDeps } from './leased-turns.js';
import { createRetention } from './retention/retention.js';
import { createRollups } from './rollups/rollups.js';

export interface MaintenanceDeps extends Omit<TurnDeps, 'leases'> {
  readonly ledger: Pick<Ledger, 'audit' | 'retention' | 'leases' | 'telemetry'>;
  readonly events: Events;
  readonly days: RetentionDays;
  readonly keepHead?: (head: AuditHead) => Promise<void>;
}

export function createMaintenance({ ledger, events, days, keepHead, ...deps }: MaintenanceDeps): LeasedTurns {
  const { audit, retention, leases, telemetry } = ledger;
  const all = [
    createAuditChain({ audit, leases, ...(keepHead === undefined ? {} : { keepHead }), ...deps }),
    createRollups({ telemetry, leases, ...deps }),
    createRetention({ audit, retention, leases, events, days, ...deps }),
  ];
  return {
    start() {
      for (const one of all) one.start();
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
