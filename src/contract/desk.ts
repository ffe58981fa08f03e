/** The desk: chat, page, command line and API all come to it, and all get the same answer to the same tap. */
import type { ApproverId, RequestId, SiteKey, StatusId, Token, VisitorAddress } from '../approval/brand.js';
import type { RefusedBecause } from '../approval/authority.js';
import type { Shortened } from '../approval/policy.js';
import type { Actor, ChatUser, Decision, Denial, RequestRecord } from '../approval/request.js';
import type { TapAnswer } from '../approval/tap-answer.js';
import type { Looks } from './looks.js';
import type { GrantScope, HistoryEntry, Scope, Seen, ShownRequest } from './seen.js';
import type { AccessRequest, AccessRequestAnswer, ProducerRequest, ProducerRequestAnswer } from './access-request.js';
import type { ApprovalProof, BoundAccount, DeliveryRecord, GrantRecord } from './ledger.js';
import type { Repeated } from './replay.js';

export type {
  GrantScope,
  HistoryEntry,
  AccessRequest,
  AccessRequestAnswer,
  ProducerRequest,
  ProducerRequestAnswer,
  Scope,
  Seen,
  ShownRequest,
};

/** `prefix`: the start of a request id, as people type it. */
export type RequestRef =
  | { readonly by: 'token'; readonly token: Token }
  | { readonly by: 'id'; readonly id: RequestId }
  | { readonly by: 'prefix'; readonly prefix: string };

/** What to decide of a request. With who decides, and by which call, it is a tap. */
export interface DecisionInput {
  readonly verdict: 'approve' | 'deny';
  readonly ref: RequestRef;
  /** Shorter than the site's own where given; the desk caps it. */
  readonly ttlSeconds?: number;
  /** Why it is denied; the desk cuts it to `MAX_REASON_CODE_POINTS`. Nothing for an approval. */
  readonly denial?: Denial;
}

export interface Tap extends DecisionInput, Acting {
  /** What proves anew that it is they, where the site wants that of an approval; only the page has one. */
  readonly proof?: ApprovalProof;
}

export type ForbiddenWhy = RefusedBecause;

export type WithdrawAnswer =
  | { readonly kind: 'withdrawn'; readonly request: RequestRecord }
  | { readonly kind: 'already'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unavailable' };

/** Who acts, over what, by which call: the same call again (`tapId`) has no second effect and is answered `repeated`. */
export interface Acting {
  readonly actor: Actor;
  /** A channel's name, `page` or `cli`. */
  readonly surface: string;
  /** The platform's event or interaction id, or a random id of a form: stored with what it brings about. */
  readonly tapId: string;
}

interface MaybeProxys {
  /** The address is this machine's own or a trusted proxy's, and an operator meant it: whoever is behind that passes, too. */
  readonly isProxyAddress?: true;
}

export type GrantAnswer =
  /** `shortened`: less time was given than asked for. Absent: all of it. */
  | ({ readonly kind: 'granted'; readonly grant: GrantRecord; readonly shortened?: Shortened } & MaybeProxys)
  /** The address may pass for longer already: nothing was written. */
  | ({ readonly kind: 'unchanged'; readonly grant: GrantRecord; readonly shortened?: Shortened } & MaybeProxys)
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
  | {
      readonly kind: 'extended';
      readonly grant: GrantRecord;
      readonly request: RequestRecord;
      readonly shortened?: Shortened;
    }
  /** The grant runs for longer already: nothing was written. */
  | { readonly kind: 'unchanged'; readonly grant: GrantRecord; readonly shortened?: Shortened }
  | Repeated
  /** Named by its number, and given without a request. */
  | { readonly kind: 'by_hand'; readonly grant: GrantRecord }
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
      readonly shortened?: Shortened;
    }
  | { readonly kind: 'unmuted'; readonly sites: readonly SiteKey[]; readonly address: VisitorAddress | null }
  | Repeated
  /** Neither a site nor an address; for `unmute` also: it is not muted. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

/** Who an actor is here. */
export interface WhoAmI {
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
export type Operation = 'doctor' | 'drill';

export type AdmitAnswer =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy }
  | { readonly kind: 'unavailable' };

export interface Desk {
  open(accessRequest: AccessRequest): Promise<AccessRequestAnswer>;
  openForProducer(accessRequest: ProducerRequest): Promise<ProducerRequestAnswer>;
  decide(tap: Tap): Promise<TapAnswer>;
  withdraw(ref: { readonly token: Token; readonly producer: string }): Promise<WithdrawAnswer>;
  /** Sets the outcome of every request whose deadline has passed by the database's clock. Answers how many. */
  expire(): Promise<number>;
  grant(
    input: Acting & { readonly address: string; readonly site: string; readonly ttlSeconds: number | null },
  ): Promise<GrantAnswer>;
  /** `what`: a grant's number, the start of a request's id, or an address (then on every site the actor may decide for). */
  revoke(input: Acting & { readonly what: string }): Promise<RevokeAnswer>;
  /** Moves the end of the request's live grant to so long from now, within what the site and the channel allow; never shortens it. */
  extend(input: Acting & { readonly ref: RequestRef; readonly ttlSeconds: number | null }): Promise<ExtendAnswer>;
  /** No cards from a site, or from an address on the actor's sites, for a while. `ttlSeconds` null: an hour. */
  mute(input: Acting & { readonly what: string; readonly ttlSeconds: number | null }): Promise<MuteAnswer>;
  unmute(input: Acting & { readonly what: string }): Promise<MuteAnswer>;
  who(actor: Actor): Promise<Seen<WhoAmI>>;
  /** A one-time code by which a signed-in approver binds this chat account. */
  linkCode(input: Acting): Promise<LinkCodeAnswer>;
  /** Spends the code: the chat account it was given to speaks for this approver from now on. */
  link(input: { readonly code: string; readonly approver: ApproverId }): Promise<LinkAnswer>;
  /**
   * Unbinds the actor's own chat account; or `account`, as `accounts` and the audit name it (`slack:T024BE7LD:U061F7AUR`):
   * a signed-in approver from itself, an operator from everybody or from `approver`. What configuration says stays.
   */
  unlink(input: Acting & { readonly account?: string; readonly approver?: ApproverId }): Promise<UnlinkAnswer>;
  /** Whether the actor may run this operation; a refusal is audited. Changes nothing. */
  admit(input: Acting & { readonly operation: Operation }): Promise<AdmitAnswer>;

  /**
   * Chat accounts bound by `/gate link`: to the actor; for an operator to `approver`, or to anybody, those included who
   * left sites.toml.
   */
  accounts(input: { readonly actor: Actor; readonly approver?: ApproverId }): Promise<Seen<readonly BoundAccount[]>>;
  /** What the console lists. */
  readonly looks: Looks;
  pending(scope: Scope): Promise<Seen<readonly RequestRecord[]>>;
  /** The first to end comes first. */
  grants(scope: GrantScope): Promise<Seen<readonly GrantRecord[]>>;
  history(scope: Scope): Promise<Seen<readonly HistoryEntry[]>>;
  show(ref: RequestRef, actor: Actor): Promise<Seen<ShownRequest>>;
  /** The cards of a request that the actor may see: where each went and how it stands. */
  deliveries(ref: RequestRef, actor: Actor): Promise<Seen<readonly DeliveryRecord[]>>;
  /**
   * What the visitor's page may know, named by the status id and bound to the site's host and the address. Null: there
   * is none of theirs.
   */
  status(query: {
    readonly statusId: StatusId;
    readonly host: string;
    readonly address: VisitorAddress;
  }): Promise<RequestRecord | null | { readonly kind: 'unavailable' }>;
}
