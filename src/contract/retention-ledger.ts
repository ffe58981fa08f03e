/**
 * The ledger as retention sweeps it: what is past goes, or is erased, in small batches. Times are by the database's
 * clock. A sweep never touches what lives: a request without an outcome, one whose grant still runs, one with a card or
 * callback that is still to be carried, an attempt of such a card, a message before its end, a grant that lives, an
 * entry of the trail that is not sealed.
 */

/** How long things are kept, in days; 0: for ever. */
export interface RetentionDays {
  /** Past requests, with whom they asked, their deliveries and attempts; messages without a request, and orders of mails. */
  readonly requests: number;
  readonly attempts: number;
  readonly deadLetters: number;
  /** Records of failures that nobody resolved. */
  readonly failures: number;
  /** Visitors' addresses, user agents and paths: erased where the record stays, and grants and windows that are over. */
  readonly addresses: number;
  /** Names and details in the audit trail. */
  readonly audit: number;
}

export type Sweep =
  | 'requests'
  | 'messages'
  | 'producer_mails'
  | 'attempts'
  | 'dead_letters'
  | 'failures'
  | 'suppressions'
  | 'request_addresses'
  | 'audit_addresses'
  | 'audit_people'
  | 'grants_over'
  | 'grants_revoked'
  | 'windows'
  | 'replays'
  | 'mutes'
  | 'link_codes'
  | 'sign_in_links'
  | 'mailed_links'
  | 'enrolments'
  | 'sign_in_states'
  | 'attempt_windows'
  | 'challenges'
  | 'handoffs'
  | 'handed_out'
  | 'access_tokens'
  | 'sessions'
  | 'rollup_minutes'
  | 'rollup_hours'
  | 'rollup_days'
  | 'rollup_marks';

/** Where the next batch goes on. */
export type SweepCursor = readonly (string | number)[];

export interface SweepInput {
  readonly what: Sweep;
  readonly olderThanMs: number;
  /** At most so many rows are looked at; of requests, what hangs on them comes on top. */
  readonly limit: number;
  /** Null: from the beginning. */
  readonly after: SweepCursor | null;
}

export interface Swept {
  /** Rows that went, by what they are: `requests`, `deliveries`, `attempts`, `dead_letters`, `grants`, … */
  readonly removed: Readonly<Record<string, number>>;
  /** Rows that stay without what was personal: `requests`, `audit_entries`. */
  readonly erased: Readonly<Record<string, number>>;
  /** Null: nothing is left to look at. */
  readonly next: SweepCursor | null;
}

export interface PastInput {
  /** Ids of deliveries, a batch of them. */
  readonly deliveries: readonly string[];
  readonly olderThanMs: number;
}

export interface RetentionLedger {
  sweep(input: SweepInput): Promise<Swept>;
  /**
   * Of these deliveries those that nobody needs any more, for what is kept of them elsewhere: their request has been past
   * for so long, or the ledger knows them no longer.
   */
  past(input: PastInput): Promise<readonly string[]>;
}
