/**
 * The audit trail: who did what, over which surface. Entries are added unsealed; one process at a time numbers and chains them
 * (`docs/audit.md` is the scheme); whoever verifies reads them by `AuditTrail`, which writes nothing.
 */
import type { RequestId } from '../approval/brand.js';
import type { LeaseInput } from './lease-ledger.js';

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

export interface AuditRow extends AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly requestId: RequestId | null;
}

/** The last number and its seal: kept elsewhere, it proves later that nothing before it was changed or cut off. */
export interface AuditHead {
  readonly number: number;
  /** SHA-256 as 64 hex digits. */
  readonly seal: string;
}

/** The fields that may be erased, each committed to by a salted hash of its own. */
export type PersonalField = 'who' | 'address' | 'detail';

/**
 * How a field was committed to. `salted`: the field is there, and so is the salt. `erased`: the field and its salt are
 * gone, the hash stands in for them. `absent`: there was nothing to hide (an entry without an address).
 */
export type Hidden =
  | { readonly kind: 'salted'; readonly salt: string }
  | { readonly kind: 'erased'; readonly hash: string }
  | { readonly kind: 'absent' };

/** An entry as it is stored: what the commitment is over, to the byte. */
export interface StoredEntry {
  readonly id: number;
  /** Its own number; null: not sealed yet. */
  readonly number: number | null;
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  readonly surface: string;
  readonly site: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  /** The stored JSON text. */
  readonly detail: string;
}

export interface Sealed extends AuditHead {
  /** The id of the entry that was sealed under this number. */
  readonly id: number;
  readonly commitment: string;
  readonly hidden: Readonly<Record<PersonalField, Hidden>>;
  /** Null: there is no such entry any more. */
  readonly entry: StoredEntry | null;
}

export interface TrailPage {
  /** Only those with a greater id. */
  readonly after: number;
  readonly limit: number;
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
  readonly site: string | null;
}

export interface TrailEntry extends StoredEntry {
  readonly seal: string | null;
  readonly erased: readonly PersonalField[];
}

/** Reading the trail whole, page by page. Never writes: it works on a replica and on a restored backup. */
export interface AuditTrail {
  /** How far the chain was written, as its writer keeps it beside the seals; null: nothing was ever sealed. */
  head(): Promise<AuditHead | null>;
  /** In the order of the numbers, from the first one greater than `after`. */
  sealed(input: { readonly after: number; readonly limit: number }): Promise<readonly Sealed[]>;
  /** Entries that claim a number under which no seal names them, by id. */
  strays(limit: number): Promise<readonly { readonly id: number; readonly number: number }[]>;
  /** The tail that no seal protects yet. `oldestAgeMs` by the database's clock; null: there is none. */
  unsealed(): Promise<{ readonly count: number; readonly oldestAgeMs: number | null }>;
  /** By id. */
  page(input: TrailPage): Promise<readonly TrailEntry[]>;
}

export type SealOutcome =
  | { readonly kind: 'sealed'; readonly count: number; readonly head: AuditHead }
  | { readonly kind: 'nothing' }
  /** The lease is another's or over, or another writer was quicker: nothing was written. */
  | { readonly kind: 'overtaken' };

export interface AuditLedger extends AuditTrail {
  add(entry: AuditEntry, requestId: RequestId | null): Promise<void>;
  /** Once within a day, whoever adds it; false: an entry under this key is there already. */
  addOnce(entry: AuditEntry, key: string): Promise<boolean>;
  /** Newest first. */
  recent(limit: number, site?: string): Promise<readonly AuditRow[]>;
  /** Whether anything waits for a seal: cheap enough to ask every second. */
  isSealDue(): Promise<boolean>;
  /**
   * Numbers and chains at most `limit` entries, by one write that is guarded twice: by the lease, and by the last number
   * still being the one that was read. A writer that was stopped in between and wakes up changes nothing.
   */
  seal(input: { readonly lease: LeaseInput; readonly limit: number }): Promise<SealOutcome>;
}
