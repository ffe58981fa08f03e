/**
 * One call at one receiver, from its first header to its answer: the checks that every call must pass, whoever it claims to
 * be, and what is recorded when it is refused. How a caller proves itself is the receiver's own.
 *
 * A call is turned away before a byte of its body is read (`encoded`, `too_large` by its own word, `rate_limited`), or
 * while it is read (`too_large` as counted, `malformed`), or refused because its proof fails; all of these but
 * `rate_limited` count against its address. What is refused after its proof counts against nobody.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sha256Hex } from '../../../base/crypto/digest.js';
import { readBody } from '../../shared/read-body.js';
import type { CallHandler, CallRefusal } from '../../../contract/inbound.js';
import type { DeadLetterBox } from './dead-letter-box.js';
import type { FailureLimit } from './failure-limit.js';
import type { KeptCall } from './kept-call.js';
import { quotedHeaders, type Quoted } from './quoted-headers.js';

/** Of a call at a receiver that says nothing else. */
const MAX_BODY_BYTES = 262_144;
/** Names the call: in the answer, in the log and in its dead letter. */
const CALL_ID_HEADER = 'x-request-id';

export type Refused = CallRefusal;

export interface Arrival extends CallHandler {
  /** A call that proved who makes it was not carried out; `kept`: what it takes to carry it out later. */
  leave(failure: { readonly status: number; readonly reason: string; readonly kept: KeptCall | null }): void;
}

export interface ArrivalDeps {
  readonly source: string;
  readonly quoted: Quoted;
  readonly callId: string;
  readonly maxBodyBytes?: number | undefined;
  /** As canonical text, an IPv6 one as its /64; `unknown` where a proxy passed on what is no address. */
  readonly address: string;
  readonly limit: FailureLimit;
  /** It has shown who it is: failures of its address are not its own, and its own are not the address's. */
  readonly isKnown?: boolean | undefined;
  readonly box: DeadLetterBox;
  seal(callId: string, call: KeptCall): string;
}

export function arrive(request: IncomingMessage, response: ServerResponse, deps: ArrivalDeps): Arrival {
  const { source, quoted, callId, address, limit, box, maxBodyBytes = MAX_BODY_BYTES } = deps;
  response.setHeader(CALL_ID_HEADER, callId);

  let isPosted = false;
  function post(refused: Omit<Refused, 'kind'>, bytes: Buffer | null, kept: KeptCall | null): void {
    if (isPosted) return; // one letter a call, although work that was answered too late may fail again afterwards
    isPosted = true;
    box.post({
      source,
      reason: refused.reason,
      status: refused.status,
      callId,
      address,
      headers: quotedHeaders(request.rawHeaders, quoted),
      bodyBytes: bytes?.length ?? declaredBytes(request),
      bodyHash: bytes === null ? '' : sha256Hex(bytes),
      sealedBody: () => (kept === null ? null : deps.seal(callId, kept)),
    });
  }
  function refuse(refused: Refused, bytes: Buffer | null = null): Refused {
    if (deps.isKnown !== true && !COUNTS_NOT.has(refused.status)) limit.count(source, address);
    post(refused, bytes, null);
    return refused;
  }

  function limited(): Refused | null {
    const waitMs = deps.isKnown === true ? 0 : limit.waitMs(source, address);
    if (waitMs === 0) return null;
    return refuse({ ...refusedAs(429, 'rate_limited'), retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  return {
    turnedAway() {
      if (request.headers['content-encoding'] !== undefined) return refuse(refusedAs(415, 'encoded'));
      if (declaredBytes(request) > maxBodyBytes) return refuse(refusedAs(413, 'too_large'));
      return limited();
    },
    async read() {
      const body = await readBody(request, maxBodyBytes);
      // asked again: calls that were sent together must not fail together past the limit
      if (body.kind === 'whole') return limited() ?? { kind: 'read', bytes: body.bytes };
      return refuse(body.kind === 'cut' ? refusedAs(400, 'malformed') : refusedAs(413, 'too_large'));
    },
    refuse: (refused, bytes) => refuse(refused, bytes ?? null),
    leave: (failure) => post(failure, failure.kept?.body ?? null, failure.kept),
  };
}

export function refusedAs(status: number, reason: string): Refused {
  return { kind: 'refused', status, reason };
}

/** Answers that do not count as failures of an address: 429 follows from earlier failures, and 503 is our own fault. */
const COUNTS_NOT = new Set([429, 503]);

/** Why a proven call was not carried out, by the status of its answer; null: it was. */
export function failureOfStatus(status: number): string | null {
  if (status === 503) return 'unavailable';
  if (status >= 500) return 'failed';
  return status >= 400 ? 'malformed' : null;
}

/** By the caller's own word; 0 where it gives none, as a chunked call does. */
function declaredBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}
