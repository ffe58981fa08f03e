/** Addresses to which no mail goes for a while: a mail to them bounced for good, their owner complained, or an operator said so. */
import type { AuditEntry } from './audit-ledger.js';

export type SuppressionReason = 'bounced' | 'complained' | 'by_hand';

export interface Suppression {
  /** As `sameMailbox` writes it. */
  readonly address: string;
  readonly reason: SuppressionReason;
  /** What the mail system said, as a code of ours; of one by hand what its operator said. */
  readonly code: string | null;
  readonly deliveryId: string | null;
  readonly setBy: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface SuppressionLedger {
  /** Those that run, by address. `after`: the last of the page before. */
  list(input: { readonly after: string | null; readonly limit: number }): Promise<readonly Suppression[]>;
  /** Null: mails go there. */
  find(address: string): Promise<Suppression | null>;
  /** By hand. One that runs is replaced. */
  set(
    input: { readonly address: string; readonly forMs: number; readonly code: string | null },
    audit: AuditEntry,
  ): Promise<Suppression>;
  /** False: there is none that runs. */
  lift(address: string, audit: AuditEntry): Promise<boolean>;
}
