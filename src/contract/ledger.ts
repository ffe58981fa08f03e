/**
 * The ledger: the shared memory of every surface. One port a writer, one guarded statement a state change.
 *
 * All arguments and answers are plain data (structured clone), because SQLite lives in a worker thread behind this
 * port. Times are epoch milliseconds; durations come in, and the DATABASE's clock turns them into times. A verb
 * rejects with `LedgerUnavailable` (ledger-unavailable.ts; `code` is `ledger_unavailable`) when the database cannot answer, and then nothing changed or the change is unknown
 * and guarded, so that repeating the verb is safe.
 */
import type { RequestId, StatusId } from '../approval/brand.js';
import type { Outcome } from '../approval/request.js';
import type { LedgerFault } from './ledger-unavailable.js';
import type { RequestLedger } from './request-ledger.js';
import type { DeliveryLedger } from './delivery-ledger.js';
import type { QueueLedger } from './queue-ledger.js';
import type { FailureLedger } from './failure-ledger.js';
import type { SuppressionLedger } from './suppression-ledger.js';
import type { GrantLedger, GrantRecord } from './grant-ledger.js';
import type { IdentityLedger } from './identity-ledger.js';
import type { FactorLedger } from './factor-ledger.js';
import type { HandoffLedger } from './handoff-ledger.js';
import type { AuditLedger } from './audit-ledger.js';
import type { LookLedger } from './look-ledger.js';
import type { MuteLedger } from './mute-ledger.js';
import type { DeadLetterLedger } from './dead-letter-ledger.js';
import type { MailLedger } from './mail-ledger.js';
import type { ProducerMailLedger } from './producer-mail-ledger.js';
import type { LeaseLedger } from './lease-ledger.js';
import type { RetentionLedger } from './retention-ledger.js';
import type { ServiceSessionLedger } from './service-session-ledger.js';
import type { ServiceTokenLedger } from './service-token-ledger.js';
import type { TelemetryLedger } from './telemetry-ledger.js';

export type * from './request-ledger.js';
export type * from './delivery-ledger.js';
export type * from './queue-ledger.js';
export type * from './failure-ledger.js';
export type * from './suppression-ledger.js';
export type * from './message.js';
export type * from './grant-ledger.js';
export type * from './account-ledger.js';
export type * from './attempt-limit.js';
export type * from './enrolment-ledger.js';
export type * from './identity-ledger.js';
export type * from './factor-ledger.js';
export type * from './handoff-ledger.js';
export type * from './audit-ledger.js';
export type * from './mute-ledger.js';
export type * from './dead-letter-ledger.js';
export type * from './lease-ledger.js';
export type * from './mail-ledger.js';
export type * from './producer-mail-ledger.js';
export type * from './retention-ledger.js';
export type * from './service-token-ledger.js';
export type * from './service-session-ledger.js';
export type * from './telemetry-ledger.js';

/** What the database itself is asked: these verbs, and no others, are in the ledger's registry of verbs. */
export interface LedgerVerbs {
  readonly requests: RequestLedger;
  readonly deliveries: DeliveryLedger;
  readonly queue: QueueLedger;
  readonly failures: FailureLedger;
  readonly suppressions: SuppressionLedger;
  readonly grants: GrantLedger;
  readonly identity: IdentityLedger & ServiceSessionLedger;
  readonly factors: FactorLedger;
  readonly handoffs: HandoffLedger;
  readonly audit: AuditLedger;
  readonly mail: MailLedger;
  readonly looks: LookLedger;
  readonly producerMails: ProducerMailLedger;
  readonly mutes: MuteLedger;
  readonly deadLetters: DeadLetterLedger;
  readonly leases: LeaseLedger;
  readonly serviceTokens: ServiceTokenLedger;
  readonly retention: RetentionLedger;
  readonly telemetry: TelemetryLedger;
  /** Resolves when the database answers a trivial question. */
  ping(): Promise<void>;
  /** Writes the canary, on first use this one: `GATE_SECRET` is right when what is answered opens, and the database takes writes. */
  canary(sealedWhenNew: string): Promise<string>;
}

export interface Ledger extends LedgerVerbs {
  /** What others committed, as hints. No listener is called after `close`. */
  subscribe(listener: (change: Change) => void): void;
  /** Resolves when the database takes a small write. */
  probe(): Promise<void>;
  /** What is wrong with the database, as far as failed verbs said; null: nothing. It stays until a write succeeds. */
  fault(): LedgerFault | null;
  /** Whether changes that others commit arrive here; null: there is nothing between us that could swallow them. */
  hearsChanges(): Promise<boolean | null>;
  close(): Promise<void>;
}

export type Change =
  | { readonly kind: 'granted'; readonly grant: GrantRecord }
  | { readonly kind: 'revoked'; readonly grantIds: readonly number[] }
  /** A request was opened, decided, expired or withdrawn, or every card of it has failed at first. */
  | { readonly kind: 'request'; readonly id: RequestId; readonly statusId: StatusId; readonly outcome: Outcome | null }
  /** A site's token was made or revoked: read them again. */
  | { readonly kind: 'site_tokens' }
  /** Sessions ended, here or at other origins, or an account was disabled: what is kept in memory of `handedOut` is to be read again. */
  | { readonly kind: 'handed_out_ended' }
  /** A mail provider, a mailbox or a secret was made, changed or removed: read them again. */
  | { readonly kind: 'mail_records' }
  /** Deliveries of these transports may be due now. */
  | { readonly kind: 'due'; readonly transports: readonly string[] }
  /** The connection that brings changes was lost; hints may be missing until everything is read again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'regained' };
