/** The desk: the one door. Chat, page, CLI and API all come through here, and all get the same answer to the same tap. */
import type { ApproverId, RequestId, SiteKey, StatusId, Token, VisitorAddress } from '../approval/brand.js';
import type { RefusedBecause } from '../approval/authority.js';
import type { Actor, ChatUser, Decision, Denial, RequestRecord } from '../approval/request.js';
import type { Knock, KnockAnswer, ProducerKnock, ProducerKnockAnswer } from './knock.js';
import type { BoundAccount, DeliveryRecord, GrantRecord, GrantSearch } from './ledger.js';

export type { Knock, KnockAnswer, ProducerKnock, ProducerKnockAnswer };

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
  /** Why it is denied; the desk cuts it to `MAX_REASON_CODE_POINTS`. Nothing for an approval. */
  readonly denial?: Denial;
}

export type ForbiddenWhy = RefusedBecause;

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

/** Who acts, over what, by which call: the same call again (`tapId`) has no second effect and is answered `repeated`. */
export interface Acting {
  readonly actor: Actor;
  readonly surface: string;
  readonly tapId: string;
}

/** The same call came again: what it does was done the first time. */
export interface Repeated {
  readonly kind: 'repeated';
}

export type GrantAnswer =
  | { readonly kind: 'granted'; readonly grant: GrantRecord }
  | Repeated
  | { readonly kind: 'unknown_site' }
  | { readonly kind: 'bad_address' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type RevokeAnswer =
  | { readonly kind: 'revoked'; readonly grants: readonly GrantRecord[] }
  | Repeated
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type ExtendAnswer =
  | { readonly kind: 'extended'; readonly grant: GrantRecord; readonly request: RequestRecord }
  | Repeated
  /** The request has no grant that lives: never approved, over, or revoked. */
  | { readonly kind: 'no_grant'; readonly request: RequestRecord }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type MuteAnswer =
  /** `sites`: the muted sites; with an address, the sites on which it is muted. */
  | {
      readonly kind: 'muted';
      readonly sites: readonly SiteKey[];
      readonly address: VisitorAddress | null;
      readonly untilMs: number;
    }
  | { readonly kind: 'unmuted'; readonly sites: readonly SiteKey[]; readonly address: VisitorAddress | null }
  | Repeated
  /** Neither a site nor an address; for `unmute` also: it is not muted. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

/** Who an actor is here. */
export interface Standing {
  /** `rpm@koder.dev`, `operator:<name>`, or the chat account where no approver is known by it. */
  readonly name: string;
  /** The approvers that a chat account speaks for: none, one, or (an account that is shared) several. */
  readonly approvers: readonly ApproverId[];
  /** The sites it decides for; all of them for an operator. */
  readonly sites: readonly SiteKey[];
  /** Whether a chat account is bound by `/gate link`, and so can be unbound. */
  readonly isLinked: boolean;
}

export type LinkCodeAnswer =
  /** `code`: what to type at `<public url>/link`, 10 characters in two groups, once, within `expiresAtMs`. */
  | { readonly kind: 'code'; readonly code: string; readonly url: string; readonly expiresAtMs: number }
  | Repeated
  /** This account, or all accounts together, have had as many codes as may be given in a while. */
  | { readonly kind: 'too_many'; readonly retryAfterSeconds: number }
  /** Whoever is no chat account has nothing to link. */
  | { readonly kind: 'no_chat_account' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export type LinkAnswer =
  | { readonly kind: 'linked'; readonly user: Pick<ChatUser, 'channel' | 'workspace' | 'subject'> }
  /** No such code, or used, or too old. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

export type UnlinkAnswer =
  | { readonly kind: 'unlinked' }
  | Repeated
  | { readonly kind: 'not_linked' }
  | { readonly kind: 'no_chat_account' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

/** What is not the desk's own to do, and still the desk's to allow: `doctor` to operators, `drill` to every approver, too. */
export type Errand = 'doctor' | 'drill';

export type AdmitAnswer =
  | { readonly kind: 'admitted' }
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

export interface GrantScope extends Scope {
  /** `MAX_LISTED_GRANTS` where absent, and at most. */
  readonly limit?: number;
  /** Looks through the first `MAX_LISTED_GRANTS`. */
  readonly search?: GrantSearch;
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
  grant(
    wish: Acting & { readonly address: string; readonly site: string; readonly ttlSeconds: number | null },
  ): Promise<GrantAnswer>;
  /** `what`: a grant's number, the start of a request's id, or an address (then on every site the actor may decide for). */
  revoke(wish: Acting & { readonly what: string }): Promise<RevokeAnswer>;
  /** Moves the end of the request's live grant to so long from now, within what the site and the channel allow; never shortens it. */
  extend(wish: Acting & { readonly ref: RequestRef; readonly ttlSeconds: number | null }): Promise<ExtendAnswer>;
  /** No cards from a site, or from an address on the actor's sites, for a while. `ttlSeconds` null: an hour. */
  mute(wish: Acting & { readonly what: string; readonly ttlSeconds: number | null }): Promise<MuteAnswer>;
  unmute(wish: Acting & { readonly what: string }): Promise<MuteAnswer>;
  who(actor: Actor): Promise<Seen<Standing>>;
  /** A one-time code by which a signed-in approver binds this chat account. */
  linkCode(wish: Acting): Promise<LinkCodeAnswer>;
  /** Spends the code: the chat account it was given to speaks for this approver from now on. */
  link(wish: { readonly code: string; readonly approver: ApproverId }): Promise<LinkAnswer>;
  /**
   * Unbinds the actor's own chat account; or `account`, as `accounts` and the audit name it (`slack:T024BE7LD:U061F7AUR`):
   * a signed-in approver from itself, an operator from everybody or from `approver`. What configuration says stays.
   */
  unlink(wish: Acting & { readonly account?: string; readonly approver?: ApproverId }): Promise<UnlinkAnswer>;
  /** Whether the actor may run this errand; a refusal is audited. Changes nothing. */
  admit(wish: Acting & { readonly errand: Errand }): Promise<AdmitAnswer>;

  /** Chat accounts bound by `/gate link`: to the actor; for an operator to `approver`, or to anybody, those included who left sites.toml. */
  accounts(wish: { readonly actor: Actor; readonly approver?: ApproverId }): Promise<Seen<readonly BoundAccount[]>>;
  pending(scope: Scope): Promise<Seen<readonly RequestRecord[]>>;
  /** The first to end comes first. */
  grants(scope: GrantScope): Promise<Seen<readonly GrantRecord[]>>;
  history(scope: Scope): Promise<Seen<readonly HistoryEntry[]>>;
  show(ref: RequestRef, actor: Actor): Promise<Seen<RequestRecord>>;
  /** The cards of a request that the actor may see: where each went and how it stands. */
  deliveries(ref: RequestRef, actor: Actor): Promise<Seen<readonly DeliveryRecord[]>>;
  /** What the visitor's page may know, named by the status id and bound to the site's host and the address. */
  status(query: {
    readonly statusId: StatusId;
    readonly host: string;
    readonly address: VisitorAddress;
  }): Promise<RequestRecord | null>;
}
