/** The ledger as the desk writes it: requests, and what is written with them. */
import type { MailRoute } from './mail-routing.js';
import type { ApproverId, ChannelName, RequestId, SiteKey, StatusId, VisitorAddress } from '../approval/brand.js';
import type { Decision, Denial, Environment, RequestRecord } from '../approval/request.js';
import type { Recipient } from './notifier.js';
import type { Claim, RequestClaim } from './delivery-ledger.js';
import type { AuditEntry } from './audit-ledger.js';
import type { ApprovalProof } from './identity-ledger.js';
import type { GrantRecord } from './grant-ledger.js';

/** One delivery to be written with the request. `id` is chosen by the caller. */
export interface NewDelivery {
  readonly id: string;
  readonly channel: ChannelName;
  /** The channel whose notifier carries it out: `channel`, or `webhook` where a site's `url` says so. */
  readonly transport: ChannelName;
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
  /** The receiver it came by: with each approver a first pair that `openOrAdd` knows. Null for our own gate. */
  readonly endpoint: string | null;
  readonly site: SiteKey | null;
  /** The site whose mutes count: the host's, whoever is asked. Absent: `site`. */
  readonly muteOf?: SiteKey | null;
  /** The pattern of sites.toml that the host fits: its mutes count as well. */
  readonly mutePattern?: SiteKey | null;
  readonly host: string;
  readonly environment: Environment;
  readonly path: string;
  readonly address: VisitorAddress;
  readonly country: string | null;
  readonly browser: string;
  /** Raw, cut to 512 characters by the desk. */
  readonly userAgent: string;
  /** As in `RequestRecord`. */
  readonly person?: string;
  readonly ttlSeconds: number;
  readonly grantTtlSeconds: number;
  readonly theirConfirmUrl: string | null;
  /** Where the outcome is told: a delivery `<request id>-callback`, written in the outcome's own commit; null for none. */
  readonly callback: { readonly producer: string; readonly url: string } | null;
  /** Null for a producer's request: the window binds our own visitors. `key` is an address, or address and site. */
  readonly window: { readonly key: string; readonly seconds: number } | null;
  /** In sorted order. One at the cap gets no delivery; all at the cap: `deferred`. */
  readonly approvers: readonly AskedApprover[];
  readonly maxPendingPerApprover: number;
  /** Whose slots are counted together: the visitor's /24 or /48. */
  readonly network: string;
  /** How many of `maxPendingPerApprover` slots one network may hold; of those that others left, the same part. At least one. */
  readonly maxPendingPerNetwork: number;
  /** A courier in this process takes up to so many first attempts of each transport within this very commit. */
  readonly firstClaims: FirstClaims | null;
}

/** An approver, and the cards that put a request before it. */
interface AskedApprover {
  readonly id: ApproverId;
  readonly deliveries: readonly NewDelivery[];
}

export interface FirstClaims {
  readonly slots: Readonly<Record<string, number>>;
  readonly leaseMs: number;
  /** By what mails go out, by transport: where there is one way for all of them. */
  readonly routes?: Readonly<Record<string, MailRoute>>;
}

/** Slots of a courier that are kept for the cards of one commit: no other commit is promised them. */
export interface ReservedSlots {
  readonly firstClaims: FirstClaims;
  /** Works on the claims that came with the commit and gives back all other slots. To be called whatever came of it. */
  settle(claims: readonly Claim[]): void;
}

/** No approver had a slot for this visitor. Nothing was written. */
export interface AtCap {
  readonly kind: 'cap';
  readonly retryAtMs: number;
  /** `network`: there are free slots, and the visitor's network holds its share. */
  readonly why: 'cap' | 'network';
}

export type OpenOutcome =
  | {
      readonly kind: 'opened';
      readonly request: RequestRecord;
      readonly claims: readonly RequestClaim[];
      readonly approversAtCap: readonly ApproverId[];
      /** Every card waits for a transport that is paused: all have failed before they were tried. Said here, and not again. */
      readonly isEveryTransportPaused: boolean;
    }
  /** The window is not over, or the address has a request waiting for this site, which is then given back. Nothing was written. */
  | { readonly kind: 'window'; readonly untilMs: number; readonly request: RequestRecord | null }
  | AtCap
  /** The site, or this address on it, is muted. Nothing was written. */
  | { readonly kind: 'muted'; readonly untilMs: number }
  /** A request with this token hash is there already: two posts of one token raced. Nothing was written. */
  | { readonly kind: 'token_taken' };

/** A producer's post asks about one approver. `endpoint` + approver: the same pair again adds nothing. */
export interface OpenOrAdd extends OpenRequest {
  readonly endpoint: string;
  readonly approvers: readonly [AskedApprover];
}

/** What the audit says of it, by what it comes to. */
export interface OpenOrAddAudit {
  readonly opened: AuditEntry;
  readonly added: AuditEntry;
}

/** Of a token that was known. */
export type AddOutcome =
  | {
      readonly kind: 'known';
      readonly request: RequestRecord;
      readonly recipientsAdded: number;
      readonly claims: readonly RequestClaim[];
    }
  | { readonly kind: 'foreign' }
  | AtCap
  /** The request is there, and nobody more is asked: its site or its address is muted. */
  | { readonly kind: 'muted'; readonly untilMs: number };

export interface DecideRequest {
  readonly ref:
    { readonly by: 'tokenHash'; readonly tokenHash: string } | { readonly by: 'id'; readonly id: RequestId };
  readonly tapId: string;
  readonly outcome: 'approved' | 'denied';
  readonly by: string;
  readonly surface: string;
  /** The channel by which a producer's callback goes out. */
  readonly callbackTransport: ChannelName;
  /** For an approval; capped by the request's own `grantTtlSeconds`. */
  readonly ttlSeconds: number | null;
  /** For a denial, where something was said. */
  readonly denial: Denial | null;
  /** Where the site wants a proof of an approval: that an operator at the command line gave none. The audit keeps it. */
  readonly isProofWaived?: boolean;
}

/**
 * The grant by which the visitor may pass this site: the one that the approval wrote in its own commit, or one that lives all the
 * same, as in spite of a denial. Null: there is none.
 */
export type VisitorsGrant = GrantRecord | null;

export type DecideOutcome =
  | {
      readonly kind: 'decided';
      readonly request: RequestRecord;
      readonly decision: Decision;
      readonly isRedelivered: boolean;
      readonly grant: VisitorsGrant;
    }
  | {
      readonly kind: 'already';
      readonly request: RequestRecord;
      readonly decision: Decision;
      readonly grant: VisitorsGrant;
    }
  /** The deadline has passed; the guard refused it, whether or not the expiry was written yet. */
  | {
      readonly kind: 'expired';
      readonly request: RequestRecord;
      /** This very call wrote the expiry. */ readonly isNew?: boolean;
    }
  | { readonly kind: 'unknown' };

export interface RequestLedger {
  open(input: OpenRequest, audit: AuditEntry): Promise<OpenOutcome>;
  /** Opens; or, where the token is known, adds the approver's cards to its request. Never `token_taken`. */
  openOrAdd(input: OpenOrAdd, audit: OpenOrAddAudit): Promise<OpenOutcome | AddOutcome>;
  /** Outcome, grant, audit row, every card's wanted state and the callback in one commit. */
  decide(input: DecideRequest): Promise<DecideOutcome>;
  /**
   * The same, with the proof spent in the commit. `unproven`: it was none, or used, or too old, or for something else, and nothing was
   * decided. What has an outcome already is answered as ever.
   */
  approveByProof(
    input: DecideRequest & { readonly outcome: 'approved'; readonly ref: { readonly by: 'id' } },
    proven: {
      readonly proof: ApprovalProof;
      /** What it must have been asked for. */
      readonly act: string;
      /** So long ago a sign-in may be that counts as a proof. */
      readonly signInGoodForMs: number;
    },
  ): Promise<DecideOutcome | { readonly kind: 'unproven' }>;
  withdraw(input: {
    readonly tokenHash: string;
    readonly producer: string;
    readonly surface: string;
    readonly callbackTransport: ChannelName;
  }): Promise<
    | { readonly kind: 'withdrawn' | 'already'; readonly request: RequestRecord }
    | { readonly kind: 'foreign' | 'unknown' }
  >;
  /** Expires at most `limit` requests past their deadline. Answers those it expired. */
  expireDue(input: {
    readonly limit: number;
    readonly callbackTransport: ChannelName;
  }): Promise<readonly RequestRecord[]>;
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
