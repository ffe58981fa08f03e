/** Dead letters: calls to the public plane's receivers that were refused, as far as an operator may look into them. */
import type { AuditEntry } from './audit-ledger.js';

export interface NewDeadLetter {
  /** The receiver: `slack`, `discord`, `talk`, `email`, `producer`. */
  readonly source: string;
  /** Stable: `signature_wrong`, `outside_window`, `too_large`, `rate_limited`, `header_malformed`, `malformed`, `failed`, … */
  readonly reason: string;
  /** Names the call in our log, too. */
  readonly callId: string;
  readonly address: string;
  /** Allow-listed names alone, values cut; a signature to its first 12 characters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** SHA-256 in hex; empty where the body was not read whole. */
  readonly bodyHash: string;
  /** Sealed, and only of a call whose signature is right: what is not signed may be anything. */
  readonly sealedBody: string | null;
  /** Like calls that were refused since the last row of this source and reason and left no row of their own. */
  readonly unrecorded: number;
}

export interface DeadLetter extends NewDeadLetter {
  readonly id: number;
  readonly atMs: number;
  readonly redriven: { readonly atMs: number; readonly by: string; readonly outcome: string } | null;
}

export interface DeadLetterLedger {
  add(letter: NewDeadLetter): Promise<void>;
  /** Newest first; `before`: older than this id. */
  list(input: { readonly limit: number; readonly before: number | null }): Promise<readonly DeadLetter[]>;
  find(id: number): Promise<DeadLetter | null>;
  markRedriven(
    input: { readonly id: number; readonly by: string; readonly outcome: string },
    audit: AuditEntry,
  ): Promise<void>;
}
