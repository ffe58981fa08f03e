/** The desk: the one door. Chat, page, CLI and API all come through here, and all get the same answer to the same tap. */
import type {
  ApproverId,
  ChannelName,
  RequestId,
  SiteKey,
  StatusId,
  Token,
  VisitorAddress,
} from '../approval/brand.js';
import type { Actor, Decision, Environment, RequestRecord } from '../approval/request.js';
import type { GrantRecord } from './ledger.js';

/** A visitor's knock, from our own gate. */
export interface Knock {
  readonly site: SiteKey;
  readonly host: string;
  readonly path: string;
  readonly address: VisitorAddress;
  readonly country: string | null;
  readonly userAgent: string;
}

export type KnockAnswer =
  | { readonly kind: 'opened'; readonly request: RequestRecord }
  /** The address has asked before, and the answer is still open or the window not over; `request` is the latest one of this address and site, if any. */
  | { readonly kind: 'waiting'; readonly request: RequestRecord | null; readonly retryAtMs: number }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  | { readonly kind: 'unavailable' };

/** A producer's request, already authenticated and well-formed (RFC 001, section 6.2). */
export interface ProducerKnock {
  readonly producer: string;
  readonly endpoint: string;
  readonly token: Token;
  readonly host: string;
  readonly environment: Environment;
  readonly address: VisitorAddress;
  readonly userAgent: string;
  readonly country: string | null;
  readonly admin: ApproverId;
  readonly confirmUrl: string | null;
  readonly ttlSeconds: number;
  readonly notifiers: readonly ChannelName[];
}

export type ProducerKnockAnswer =
  | { readonly kind: 'opened'; readonly request: RequestRecord }
  /** The same token again: same producer. Recipients were added where endpoint or admin were new. */
  | { readonly kind: 'known'; readonly request: RequestRecord; readonly recipientsAdded: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  | { readonly kind: 'unavailable' };

/** `prefix`: the start of a request id, as people type it. */
export type RequestRef =
  | { readonly by: 'token'; readonly token: Token }
  | { readonly by: 'id'; readonly id: RequestId }
  | { readonly by: 'prefix'; readonly prefix: string };

export interface Tap {
  /** The platform's event or interaction id, or a random id of a form: stored with the decision. */
  readonly id: string;
  readonly verdict: 'approve' | 'deny';
  readonly ref: RequestRef;
  readonly actor: Actor;
  /** A channel's name, `page` or `cli`. */
  readonly surface: string;
  /** Shorter than the site's own where given; the desk caps it. */
  readonly ttlSeconds?: number;
}

export type ForbiddenWhy =
  'not_an_approver_of_this_site' | 'chat_user_not_linked' | 'chat_user_linked_to_several' | 'not_an_operator';

export type TapAnswer =
  | { readonly kind: 'decided'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'already'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'expired'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type WithdrawAnswer =
  | { readonly kind: 'withdrawn'; readonly request: RequestRecord }
  | { readonly kind: 'already'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unavailable' };

export type GrantAnswer =
  | { readonly kind: 'granted'; readonly grant: GrantRecord }
  | { readonly kind: 'unknown_site' }
  | { readonly kind: 'bad_address' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type RevokeAnswer =
  | { readonly kind: 'revoked'; readonly grants: readonly GrantRecord[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export interface HistoryEntry {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  readonly surface: string;
  readonly requestId: RequestId | null;
  readonly site: string | null;
  readonly address: string | null;
}

/** What a question may be narrowed to. An approver sees the sites it decides for; an operator sees all. */
export interface Scope {
  readonly actor: Actor;
  readonly site?: string;
}

export type Seen<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export interface Desk {
  open(knock: Knock): Promise<KnockAnswer>;
  openForProducer(knock: ProducerKnock): Promise<ProducerKnockAnswer>;
  decide(tap: Tap): Promise<TapAnswer>;
  withdraw(ref: { readonly token: Token; readonly producer: string }): Promise<WithdrawAnswer>;
  /** Sets the outcome of every request whose deadline has passed by the database's clock. Answers how many. */
  expire(): Promise<number>;
  grant(wish: {
    readonly address: string;
    readonly site: string;
    readonly ttlSeconds: number | null;
    readonly actor: Actor;
    readonly surface: string;
  }): Promise<GrantAnswer>;
  /** `what`: a grant's number, or an address (then on every site the actor may decide for). */
  revoke(wish: { readonly what: string; readonly actor: Actor; readonly surface: string }): Promise<RevokeAnswer>;

  pending(scope: Scope): Promise<Seen<readonly RequestRecord[]>>;
  grants(scope: Scope): Promise<Seen<readonly GrantRecord[]>>;
  history(scope: Scope): Promise<Seen<readonly HistoryEntry[]>>;
  show(ref: RequestRef, actor: Actor): Promise<Seen<RequestRecord>>;
  /** What the visitor's page may know, named by the status id and bound to the site's host and the address. */
  status(query: {
    readonly statusId: StatusId;
    readonly host: string;
    readonly address: VisitorAddress;
  }): Promise<RequestRecord | null>;
}
