/** What the desk shows to whom it may: questions, how they are narrowed, and their answers. */
import type { RequestId } from '../approval/brand.js';
import type { RefusedBecause } from '../approval/authority.js';
import type { Actor, Passing, RequestRecord } from '../approval/request.js';
import type { GrantSearch } from './ledger.js';

export interface HistoryEntry {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  /** The account that it was done to; null: to none. */
  readonly whom: string | null;
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

/** A request as it is shown, with what its denial does not end. */
export interface ShownRequest extends RequestRecord {
  /** Denied, and the address may pass all the same. */
  readonly passing?: Passing;
}

export type Seen<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'forbidden'; readonly why: RefusedBecause }
  | { readonly kind: 'unavailable' };
