/**
 * What operators do about what did not arrive, as the admin plane offers it: records of failures under `/api/failures`, addresses to which
 * no mail goes under `/api/suppressions`, channels that are paused under `/api/pauses`.
 */
import type { FailedState, FailureFilter } from './failure-ledger.js';
import type { DeliveryKind } from './delivery-ledger.js';
import type { OperatorsAct, QueueRefused, RetryAnswer } from './operators-queue.js';
import type { RedriveRefusal } from './queue-ledger.js';
import type { SuppressionReason } from './suppression-ledger.js';

/** Times are ISO 8601. */
export interface FailureLine {
  /** Its delivery's. */
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly state: FailedState;
  readonly channel: string;
  readonly transport: string;
  readonly recipient: string;
  readonly site: string | null;
  readonly request: string | null;
  readonly about: string | null;
  readonly reason: string;
  readonly attempts: number;
  readonly madeAt: string;
  readonly failedAt: string;
  readonly redrivenAs: string | null;
  readonly redrivenAt: string | null;
  /** Until when a message's text is kept; null: it is not, or it has none. */
  readonly resendUntil: string | null;
}

/** `GET /api/failures?…&cursor=<next>&limit=<1 to 200>`: newest first. */
export interface FailurePage {
  readonly failures: readonly FailureLine[];
  readonly next: string | null;
}

export interface SuppressionLine {
  readonly address: string;
  readonly reason: SuppressionReason;
  readonly code: string | null;
  readonly delivery: string | null;
  readonly setBy: string;
  readonly since: string;
  readonly until: string;
}

/** `GET /api/suppressions?cursor=<next>&limit=…`: by address. */
export interface SuppressionPage {
  readonly suppressions: readonly SuppressionLine[];
  readonly next: string | null;
}

export interface PauseLine {
  readonly channel: string;
  readonly reason: string;
  readonly since: string;
  /** Null: its provider refused us, and it is tried again at `probeAt`. */
  readonly pausedBy: string | null;
  readonly probeAt: string | null;
}

export type PauseRefusal = 'unknown_channel' | 'already_paused' | 'not_paused';

interface Paging {
  readonly cursor: string | null;
  readonly limit: number;
}

export interface OperatorsFailures {
  /** Null: no cursor of ours. */
  list(input: Paging & { readonly filter: FailureFilter }): Promise<FailurePage | null>;
  show(id: string): Promise<FailureLine | null>;
  /** As of the queue; its delivery may be gone. */
  retry(id: string, act: OperatorsAct): Promise<RetryAnswer | QueueRefused<RedriveRefusal | 'sealed'>>;
  /** False: there is none. */
  resolve(id: string, act: OperatorsAct): Promise<boolean>;
  suppressions(input: Paging): Promise<SuppressionPage>;
  /** Null: no mail address. `forMs`: at most 10 years. */
  suppress(
    input: { readonly address: string; readonly forMs: number; readonly note: string | null },
    act: OperatorsAct,
  ): Promise<SuppressionLine | null>;
  /** False: mails go there. */
  lift(address: string, act: OperatorsAct): Promise<boolean>;
  pauses(): Promise<readonly PauseLine[]>;
  /** The channels that may be paused. */
  channels(): readonly string[];
  /** Null: it is done. */
  pause(input: { readonly channel: string; readonly reason: string }, act: OperatorsAct): Promise<PauseRefusal | null>;
  resume(channel: string, act: OperatorsAct): Promise<PauseRefusal | null>;
}
