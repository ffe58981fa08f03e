/** The courier's time limits in one table, so that a test can shorten them. */

export interface Limits {
  /**
   * An attempt is told to stop after this. Two waves of attempts with `graceMs` each fit into the 15 s in which "every
   * channel failed" must be known.
   */
  readonly attemptMs: number;
  /**
   * The same for a message without a request: a mail server that scans what it takes answers after its last byte, and giving up
   * before would leave open whether it took it. A mail transport gives up by itself after 60 s.
   */
  readonly messageAttemptMs: number;
  /** How long an aborted attempt may take to answer; after that its slot is taken from it. */
  readonly graceMs: number;
  /** A claim that nobody renews or closes falls back to the queue after this. */
  readonly leaseMs: number;
  /** A channel queue asks for due deliveries at least so often, in case every hint was lost. */
  readonly idlePollMs: number;
  /** Messages past their end are looked for so often. */
  readonly giveUpEveryMs: number;
  /** Shortest wait after a claim that got nothing although something is due, because another process is claiming it. */
  readonly contendedMs: number;
  /** How long results are gathered for one commit. A crash during it is the same as one between an answer and its commit. */
  readonly gatherMs: number;
  /** First and longest wait while the ledger cannot be reached; it doubles in between. */
  readonly ledgerBackoffMs: { readonly first: number; readonly longest: number };
  /** First and longest wait before a broken provider is tried again; it doubles in between. */
  readonly probeMs: { readonly first: number; readonly longest: number };
  /** So long no mail goes to an address from which one bounced for good; 0: it does. Set by the configuration. */
  readonly suppressForMs: number;
  /** A graceful stop lets running attempts end by themselves for this long, then aborts them. */
  readonly stopPatienceMs: number;
  /** How long a stop waits for the ledger to take the last results. */
  readonly stopFlushMs: number;
}

/** A stop takes at most stopPatienceMs + graceMs + stopFlushMs: 4.5 s. */
export const LIMITS: Limits = {
  attemptMs: 6_500,
  messageAttemptMs: 65_000,
  graceMs: 1_000,
  leaseMs: 30_000,
  idlePollMs: 30_000,
  giveUpEveryMs: 30_000,
  contendedMs: 250,
  gatherMs: 5,
  ledgerBackoffMs: { first: 250, longest: 10_000 },
  probeMs: { first: 30_000, longest: 300_000 },
  suppressForMs: 30 * 86_400_000,
  stopPatienceMs: 2_500,
  stopFlushMs: 1_000,
};
