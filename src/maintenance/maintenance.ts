/** The repeated work on the database: sealing the audit trail and retention. */
import type { AuditHead, Ledger, RetentionDays } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import { createAuditChain } from './audit-chain/audit-chain.js';
import type { LeasedTurns, TurnDeps } from './leased-turns.js';
import { createRetention } from './retention/retention.js';

export interface MaintenanceDeps extends Omit<TurnDeps, 'leases'> {
  readonly ledger: Pick<Ledger, 'audit' | 'retention' | 'leases'>;
  readonly events: Events;
  readonly days: RetentionDays;
  readonly keepHead?: (head: AuditHead) => Promise<void>;
}

export function createMaintenance({ ledger, events, days, keepHead, ...deps }: MaintenanceDeps): LeasedTurns {
  const { audit, retention, leases } = ledger;
  const both = [
    createAuditChain({ audit, leases, ...(keepHead === undefined ? {} : { keepHead }), ...deps }),
    createRetention({ audit, retention, leases, events, days, ...deps }),
  ];
  return {
    start() {
      for (const one of both) one.start();
    },
    async stop() {
      await Promise.all(both.map((one) => one.stop()));
    },
  };
}
