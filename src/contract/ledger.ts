/**
 * The ledger: the shared memory of every surface. One port a writer, one guarded statement a state change.
 *
 * All arguments and answers are plain data (structured clone), because SQLite lives in a worker thread behind this
 * port. Times are epoch milliseconds; durations come in, and the DATABASE's clock turns them into times. A verb
 * rejects with `LedgerUnavailable` (ledger-unavailable.ts; `code` is `ledger_unavailable`) when the database cannot answer, and then nothing changed or the change is unknown
 * and guarded, so that repeating the verb is safe.
 */
import type { ApproverId, ChannelName, RequestId, SiteKey, StatusId, VisitorAddress } from '../approval/brand.js';
import type { Decision, Environment, Outcome, RequestRecord } from '../approval/request.js';
import type { Receipt, Recipient, RefusalScope } from './notifier.js';

export interface Ledger {
  readonly requests: RequestLedger;
  readonly deliveries: DeliveryLedger;
  readonly grants: GrantLedger;
  readonly identity: IdentityLedger;
  readonly audit: AuditLedger;
  /** What others committed, as hints. `stop` first: no listener is called after it. */
  subscribe(listener: (change: Change) => void): void;
  /** Resolves when the database answers a trivial question. */
  ping(): Promise<void>;
  /** Writes the canary on first use, answers it afterwards: `GATE_SECRET` is right when it opens. */
  canary(sealedWhenNew: string): Promise<string>;
  close(): Promise<void>;
}

export type Change =
  | { readonly kind: 'granted'; readonly grant: GrantRecord }
  | { readonly kind: 'revoked'; readonly grantIds: readonly number[] }
  /** A request was opened, decided, expired or withdrawn. */
  | { readonly kind: 'request'; readonly id: RequestId; readonly statusId: StatusId; readonly outcome: Outcome | null }
  /** Deliveries of these carriers may be due now. */
  | { readonly kind: 'due'; readonly carriers: readonly string[] }
  /** The connection that brings changes was lost; hints may be missing until everything is read again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'regained' };

// ---------------------------------------------------------------- requests (written by the desk)

/** Who acted, as the audit trail keeps it. */
export interface AuditEntry {
  /** `rpm@koder.dev`, `operator:<name>`, a producer's name, `clock`, `visitor`. */
  readonly who: string;
  /** `opened`, `deferred`, `decided`, `expired`, `withdrawn`, `granted`, `revoked`, `forbidden`, `reloaded`, … */
  readonly what: string;
  readonly surface: string;
  readonly site: string | null;
  readonly address: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** One delivery to be written with the request. `id` is chosen by the caller. */
export interface NewDelivery {
  readonly id: string;
  readonly channel: ChannelName;
  /** The channel whose notifier carries it out: `channel`, or `webhook` where a site's `url` says so. */
  readonly carrier: ChannelName;
  readonly recipient: Recipient;
}

export interface OpenRequest {
  readonly id: RequestId;
  readonly statusId: StatusId;
  /** SHA-256 of the token's 32 hex digits, as hex. */
  readonly tokenHash: string;
  readonly tokenPrefix: string;
  readonly sealedToken: string;
  readonly producer: string;
  /** The receiver it came by: with each approver a first pair that `addRecipients` knows. Null for our own gate. */
  readonly endpoint: string | null;
  readonly site: SiteKey | null;
  readonly host: string;
  readonly environment: Environment;
  readonly path: string;
  readonly address: VisitorAddress;
  readonly country: string | null;
  readonly browser: string;
  /** Raw, cut to 512 characters by the desk. */
  readonly userAgent: string;
  readonly ttlSeconds: number;
  readonly grantTtlSeconds: number;
  readonly theirConfirmUrl: string | null;
  /** Where the outcome is told: a delivery `<request id>-callback`, written in the outcome's own commit; null for none. */
  readonly callback: { readonly producer: string; readonly url: string } | null;
  /** Null for a producer's request: the window binds our own visitors. `key` is an address, or address and site. */
  readonly window: { readonly key: string; readonly seconds: number } | null;
  /** In sorted order. One at the cap gets no delivery; all at the cap: `deferred`. */
  readonly approvers: readonly { readonly id: ApproverId; readonly deliveries: readonly NewDelivery[] }[];
  readonly maxPendingPerApprover: number;
  /** A courier in this process takes up to so many first attempts of each carrier within this very commit. */
  readonly firstClaims: FirstClaims | null;
}

export interface FirstClaims {
  readonly slots: Readonly<Record<string, number>>;
  readonly leaseMs: number;
}

export type OpenOutcome =
  | {
      readonly kind: 'opened';
      readonly request: RequestRecord;
      readonly claims: readonly Claim[];
      readonly approversAtCap: readonly ApproverId[];
    }
  | { readonly kind: 'window'; readonly untilMs: number; readonly request: RequestRecord | null }
  | { readonly kind: 'cap'; readonly retryAtMs: number }
  /** A request with this token hash is there already: two posts of one token raced. Nothing was written. */
  | { readonly kind: 'token_taken' };

export interface AddRecipients {
  readonly tokenHash: string;
  readonly producer: string;
  /** `endpoint` + approver: the same pair again adds nothing. */
  readonly endpoint: string;
  readonly approver: ApproverId;
  readonly deliveries: readonly NewDelivery[];
  readonly maxPendingPerApprover: number;
}

export type AddOutcome =
  | { readonly kind: 'known'; readonly request: RequestRecord; readonly recipientsAdded: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'cap'; readonly retryAtMs: number }
  | { readonly kind: 'unknown' };

export interface DecideRequest {
  readonly ref:
    { readonly by: 'tokenHash'; readonly tokenHash: string } | { readonly by: 'id'; readonly id: RequestId };
  readonly tapId: string;
  readonly outcome: 'approved' | 'denied';
  readonly by: string;
  readonly surface: string;
  /** For an approval; capped by the request's own `grantTtlSeconds`. */
  readonly ttlSeconds: number | null;
}

export type DecideOutcome =
  | {
      readonly kind: 'decided';
      readonly request: RequestRecord;
      readonly decision: Decision;
      readonly isRedelivered: boolean;
    }
  | { readonly kind: 'already'; readonly request: RequestRecord; readonly decision: Decision }
  /** The deadline has passed; the guard refused it, whether or not the expiry was written yet. */
  | {
      readonly kind: 'expired';
      readonly request: RequestRecord;
      /** This very call wrote the expiry. */ readonly isNew?: boolean;
    }
  | { readonly kind: 'unknown' };

export interface RequestLedger {
  open(wish: OpenRequest, audit: AuditEntry): Promise<OpenOutcome>;
  addRecipients(wish: AddRecipients, audit: AuditEntry): Promise<AddOutcome>;
  /** Outcome, grant, audit row, every card's wanted state and the callback in one commit. */
  decide(wish: DecideRequest): Promise<DecideOutcome>;
  withdraw(wish: {
    readonly tokenHash: string;
    readonly producer: string;
  }): Promise<
    | { readonly kind: 'withdrawn' | 'already'; readonly request: RequestRecord }
    | { readonly kind: 'foreign' | 'unknown' }
  >;
  /** Expires at most `limit` requests past their deadline. Answers those it expired. */
  expireDue(limit: number): Promise<readonly RequestRecord[]>;
  /** Milliseconds until the next pending request's deadline; null when none is pending. */
  msUntilNextDeadline(): Promise<number | null>;
  byTokenHash(tokenHash: string): Promise<RequestRecord | null>;
  byId(id: RequestId): Promise<RequestRecord | null>;
  /** At most `limit` requests whose id starts so, newest first. */
  byPrefix(prefix: string, limit: number): Promise<readonly RequestRecord[]>;
  byStatusId(statusId: StatusId): Promise<RequestRecord | null>;
  /** The newest request of this visitor for this site that is pending or ended within the window. */
  latestOf(site: SiteKey, address: VisitorAddress): Promise<RequestRecord | null>;
  /** Newest first. */
  pending(limit: number): Promise<readonly RequestRecord[]>;
  recent(limit: number): Promise<readonly RequestRecord[]>;
  /** Approvers asked about this request. */
  approversOf(id: RequestId): Promise<readonly ApproverId[]>;
}

// ---------------------------------------------------------------- deliveries (written by the courier)

export type DeliveryState = 'queued' | 'sending' | 'sent' | 'retry_wait' | 'failed' | 'cancelled';

export interface Claim {
  readonly deliveryId: string;
  /** 128 random bits; every later write demands it. */
  readonly claimToken: string;
  readonly attemptId: number;
  /** 1 for the first attempt of this task. */
  readonly attempt: number;
  /** `notify`: put the card there. `update`: redraw it to the wanted revision. */
  readonly task: 'notify' | 'update';
  readonly channel: ChannelName;
  readonly carrier: ChannelName;
  readonly recipient: Recipient;
  readonly receipt: Receipt | null;
  readonly request: RequestRecord;
  /**
   * Sealed with the request's id as associated data. Null once the request has an outcome, but for a `callback`:
   * a producer knows its request by the token, so the seal is kept until the producer has been told.
   */
  readonly sealedToken: string | null;
  readonly isMaybeDuplicate: boolean;
}

/** How an attempt ended, as the courier classified it. All waits are durations; the database makes times of them. */
export type Closing = {
  readonly deliveryId: string;
  readonly claimToken: string;
  readonly attemptId: number;
  readonly tookMs: number;
} & (
  | { readonly kind: 'sent'; readonly receipt: Receipt; readonly drawnRevision: number }
  | { readonly kind: 'retry'; readonly reason: string; readonly waitMs: number; readonly isMaybeDuplicate: boolean }
  | { readonly kind: 'failed'; readonly scope: RefusalScope | 'deadline'; readonly reason: string }
  /** The provider is broken: back to the queue, and the whole carrier pauses. */
  | { readonly kind: 'paused'; readonly reason: string; readonly probeAfterMs: number }
  /** Handed back untouched at a graceful stop. */
  | { readonly kind: 'released' }
);

export interface ClosingOutcome {
  readonly deliveryId: string;
  /** False: the claim was lost to another courier; nothing was written but the attempt's end. */
  readonly isHeld: boolean;
  readonly state: DeliveryState;
  /** True for exactly one closing of a request: with it, every first attempt has failed. */
  readonly isLastFirstFailure: boolean;
}

export interface CarrierPause {
  readonly carrier: ChannelName;
  readonly reason: string;
  readonly sinceMs: number;
  readonly probeAtMs: number;
}

export interface Straggler {
  readonly deliveryId: string;
  readonly requestId: RequestId;
  readonly channel: ChannelName;
  readonly state: DeliveryState;
  readonly wantedRevision: number;
  readonly drawnRevision: number;
  readonly lastReason: string | null;
}

export interface DeliveryRecord extends Straggler {
  readonly carrier: ChannelName;
  readonly recipient: Recipient;
  readonly attempts: number;
  readonly isMaybeDuplicate: boolean;
}

export interface DeliveryLedger {
  /** Claims at most `limit` due deliveries of one carrier, expired leases included, and writes their attempt rows. */
  claim(wish: {
    readonly carrier: ChannelName;
    readonly limit: number;
    readonly leaseMs: number;
    /** The notifier's trait: where it is not true, a card whose lease ran out is marked `isMaybeDuplicate`. */
    readonly isIdempotent?: boolean;
  }): Promise<readonly Claim[]>;
  renew(
    claims: readonly { readonly deliveryId: string; readonly claimToken: string }[],
    leaseMs: number,
  ): Promise<void>;
  close(closings: readonly Closing[]): Promise<readonly ClosingOutcome[]>;
  /** Milliseconds until the earliest due delivery of this carrier (0 when due); null when there is none. */
  msUntilDue(carrier: ChannelName): Promise<number | null>;
  pauses(): Promise<readonly CarrierPause[]>;
  /** Ends a pause: after a probe that was delivered, or by an operator. */
  resume(carrier: ChannelName): Promise<boolean>;
  /** Cards not in the state they should be in, oldest first. */
  stragglers(limit: number): Promise<readonly Straggler[]>;
  ofRequest(id: RequestId): Promise<readonly DeliveryRecord[]>;
}

// ---------------------------------------------------------------- grants

export interface GrantRecord {
  readonly id: number;
  readonly site: SiteKey;
  readonly address: VisitorAddress;
  readonly untilMs: number;
  readonly grantedBy: string;
  readonly requestId: RequestId | null;
}

export interface GrantLedger {
  /** All grants that live by the database's clock, and that clock, so that a skewed process does not misjudge them. */
  live(): Promise<{ readonly nowMs: number; readonly grants: readonly GrantRecord[] }>;
  find(site: SiteKey, address: VisitorAddress): Promise<GrantRecord | null>;
  grant(
    wish: {
      readonly site: SiteKey;
      readonly address: VisitorAddress;
      readonly ttlSeconds: number;
      readonly by: string;
    },
    audit: AuditEntry,
  ): Promise<GrantRecord>;
  /** Ends live grants on these sites by number or address. */
  revoke(
    wish: { readonly sites: readonly SiteKey[]; readonly id?: number; readonly address?: VisitorAddress },
    audit: AuditEntry,
  ): Promise<readonly GrantRecord[]>;
}

// ---------------------------------------------------------------- identity (sessions, sign-in links)

export interface SessionRecord {
  readonly approver: ApproverId;
  readonly csrfKey: string;
  readonly untilMs: number;
}

export interface IdentityLedger {
  /** Hashes are SHA-256 in hex; the secrets themselves never reach the ledger. */
  addSignInLink(
    wish: { readonly hash: string; readonly approver: ApproverId; readonly ttlSeconds: number },
    audit: AuditEntry,
  ): Promise<void>;
  /** Whether the link would still be accepted; changes nothing. */
  peekSignInLink(hash: string): Promise<ApproverId | null>;
  /** Consumes the link and makes the session in one commit; null when the link is unknown, used or too old. */
  signIn(wish: {
    readonly linkHash: string;
    readonly sessionHash: string;
    readonly csrfKey: string;
    readonly ttlSeconds: number;
  }): Promise<SessionRecord | null>;
  session(hash: string): Promise<SessionRecord | null>;
  endSession(hash: string): Promise<void>;
}

// ---------------------------------------------------------------- audit

export interface AuditRow extends AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly requestId: RequestId | null;
}

export interface AuditLedger {
  add(entry: AuditEntry, requestId: RequestId | null): Promise<void>;
  /** Newest first. */
  recent(limit: number, site?: string): Promise<readonly AuditRow[]>;
}
