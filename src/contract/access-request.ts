/** Who asks the desk to open a request, and what it answers: a visitor at our own gate, or a producer. */
import type { ApproverId, ChannelName, SiteKey, Token, VisitorAddress } from '../approval/brand.js';
import type { Environment, RequestRecord } from '../approval/request.js';

/** A visitor's access request, from our own gate. */
export interface AccessRequest {
  readonly site: SiteKey;
  readonly host: string;
  readonly path: string;
  readonly address: VisitorAddress;
  readonly country: string | null;
  readonly userAgent: string;
  /** Absent: nobody had signed in. */
  readonly person?: SignedInPerson;
}

/** Who somebody is by their own sign-in. Nothing of it but the handle is known of anybody here. */
export interface SignedInPerson {
  /** Of an approver or operator; null: of neither. */
  readonly handle: string | null;
  /** As a provider gave it. */
  readonly name: string;
  /** That the provider has verified; null: none. */
  readonly mailbox: string | null;
  /** What they signed in by: `Koder ID`; null: not known. */
  readonly by: string | null;
}

export type AccessRequestAnswer =
  | { readonly kind: 'opened'; readonly request: RequestRecord }
  /**
   * The address has asked before, and the answer is still open or the window not over; `request` is the latest one of
   * this address and site, if any.
   */
  | { readonly kind: 'waiting'; readonly request: RequestRecord | null; readonly retryAtMs: number }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  /** An approver wants no cards from this site or address for a while; nobody was asked. */
  | { readonly kind: 'muted'; readonly untilMs: number }
  /** Nobody can be let in by this address. */
  | { readonly kind: 'address_of_a_proxy' | 'address_of_nobody' }
  | Unstored;

/** The database cannot be asked. */
export interface Unstored {
  readonly kind: 'unavailable';
  /** Set where the place that it is stored in is at fault, such as a full disk: waiting alone does not mend that. */
  readonly isStorageAtFault?: true;
}

/** A producer's request, already authenticated and well-formed (RFC 001, section 6.2). */
export interface ProducerRequest {
  readonly producer: string;
  /** Which caller of the producer it was, for the audit: `jet`, `jet/thread 42`. */
  readonly caller: string;
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

export type ProducerRequestAnswer =
  | { readonly kind: 'opened'; readonly request: RequestRecord }
  /** The same token again: same producer. Recipients were added where endpoint or admin were new. */
  | { readonly kind: 'known'; readonly request: RequestRecord; readonly recipientsAdded: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  /** An approver wants no cards from this site or address for a while; nobody (more) was asked. */
  | { readonly kind: 'muted'; readonly untilMs: number }
  /** Nobody can be let in by this address. */
  | { readonly kind: 'address_of_a_proxy' | 'address_of_nobody' }
  | { readonly kind: 'unavailable' };
