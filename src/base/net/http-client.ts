/**
 * Outgoing HTTP: one JSON call, one answer as a value. No redirects, no proxies from the environment, a bound on time
 * and on the answer's size, and a guard on where a call may go at all.
 */
import type { Secret } from '../crypto/secret.js';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Until the connection is set up; `timeoutMs` where absent. */
  readonly connectTimeoutMs?: number;
  /** Of the answer's body; 64 KiB where absent. */
  readonly maxAnswerBytes?: number;
}

export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  /** Nothing of the body went out: the call had no effect. */
  | { readonly kind: 'not_sent'; readonly reason: HttpFailure }
  /** The body went out and no whole answer came back: the call may have had its effect. */
  | {
      readonly kind: 'no_answer';
      readonly reason: HttpFailure;
      /** Where the status line came and the body did not, or was too large. */
      readonly status?: number;
    };

export type HttpFailure =
  'timeout' | 'refused' | 'reset' | 'dns' | 'tls' | 'forbidden_address' | 'answer_too_large' | 'aborted' | 'network';

export interface HttpClient {
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpClientOptions {
  /** `public`: only global unicast addresses and those in `allowedNetworks`. `any`: an operator's own configured peer. */
  readonly egress: 'public' | 'any';
  readonly allowedNetworks: readonly string[];
  readonly clientCertificate?: { readonly cert: Secret; readonly key: Secret };
  /** PEM certificates that are trusted besides the built-in ones: an operator's own authority. */
  readonly trustedAuthorities?: readonly string[];
}
