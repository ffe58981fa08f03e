/**
 * Who calls the receiver. One interface for every way in which the callers of a producer prove themselves; each way has
 * a file in `authenticators/`, and `in-order.ts` brings them together.
 */
import type { IncomingMessage } from 'node:http';

/** Headers and connection alone: no byte of a body is read before its caller is known. */
export type Call = Pick<IncomingMessage, 'rawHeaders' | 'socket'>;

export interface Caller {
  readonly kind: 'caller';
  /** Its name in `sites.toml`. A proof of a producer that has left the file is worth nothing: the receiver looks. */
  readonly producer: string;
  /** Which caller of that producer, as the audit shows it: `jet`, `jet/thread 42`, `jet/certificate 5f0c…`. No secret. */
  readonly identity: string;
  /** When this proof ends, in epoch milliseconds; null: when it is revoked. */
  readonly untilMs: number | null;
}

export type Authentication =
  | Caller
  /** No proof, or one that was looked at and is worth nothing. */
  | { readonly kind: 'unknown' }
  /** Whoever could judge the proof did not answer: neither a grant nor a refusal. */
  | { readonly kind: 'unavailable' };

export interface Authenticator {
  authenticate(call: Call): Promise<Authentication>;
}

export const UNKNOWN: Authentication = { kind: 'unknown' };
export const UNAVAILABLE: Authentication = { kind: 'unavailable' };
