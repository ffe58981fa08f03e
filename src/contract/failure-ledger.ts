/**
 * The ledger as operators work on what failed or bounced. A record is written in the commit of the failure. It stays beyond its delivery's
 * retention, until an operator resolves it or the days of `RETENTION_DAYS_FAILURES` are over.
 */
import type { ChannelName, RequestId } from '../approval/brand.js';
import type { DeliveryKind } from '../approval/delivery.js';
import type { AuditEntry } from './audit-ledger.js';
import type { Mailbox } from './message.js';
import type { Recipient } from './notifier.js';

export type FailedState = 'failed' | 'bounced';

/** What is left out does not restrict. */
export interface FailureFilter {
  readonly state?: FailedState | undefined;
  readonly kind?: DeliveryKind | undefined;
  readonly channel?: string | undefined;
  readonly site?: string | undefined;
  /** A part of the recipient's handle, address or URL, in any case. */
  readonly recipient?: string | undefined;
  readonly isRedriven?: boolean | undefined;
}

export interface FailureRecord {
  /** Its delivery's. */
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly channel: ChannelName;
  readonly transport: ChannelName;
  readonly recipient: Recipient | Mailbox;
  readonly requestId: RequestId | null;
  readonly site: string | null;
  readonly about: string | null;
  readonly state: FailedState;
  readonly reason: string;
  readonly attempts: number;
  readonly madeAtMs: number;
  readonly failedAtMs: number;
  readonly redrivenAs: string | null;
  readonly redrivenAtMs: number | null;
  /** Until when a message's text is kept, so that it can be sent again; null: it is not, or it has none. */
  readonly resendUntilMs: number | null;
}

type FailureCursor = readonly [failedAtMs: number, id: string];

export interface FailureLedger {
  /** Newest first. */
  list(input: {
    readonly filter: FailureFilter;
    readonly after: FailureCursor | null;
    readonly limit: number;
  }): Promise<readonly FailureRecord[]>;
  find(id: string): Promise<FailureRecord | null>;
  /** Removes the record, with what its message says. False: there is none. */
  resolve(id: string, audit: AuditEntry): Promise<boolean>;
}
