/** What a ledger with a history is asked for, and what it took. */

export interface ToLive {
  /** The number of the first request: no two have the same. */
  readonly first: number;
  readonly requests: number;
}

/** Of one request, from its opening to its grant. */
export interface Lived {
  readonly medianMs: number;
  /** Processor time of all threads. */
  readonly processorMs: number;
}
