/** The repeated work on the database: sealing the audit trail and retention. */
import type { Ledger, RetentionDays } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import { createAuditSealer } from './audit-sealer.js';
import type { LeasedTurns, TurnSeams } from './leased-turns.js';
import { createRetention } from './retention.js';

export interface UpkeepParts extends Omit<TurnSeams, 'leases'> {
  readonly ledger: Pick<Ledger, 'audit' | 'retention' | 'leases'>;
  readonly events: Events;
  readonly days: RetentionDays;
}

export function createUpkeep({ ledger, events, days, ...seams }: UpkeepParts): LeasedTurns {
  const { audit, retention, leases } = ledger;
  const both = [
    createAuditSealer({ audit, leases, ...seams }),
    createRetention({ audit, retention, leases, events, days, ...seams }),
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
