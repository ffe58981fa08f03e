/** What a Talk server's answer means for a delivery: the error table of docs/talk-wire.md, as values. */
import type { HttpAnswer } from '../../src/base/http-client.js';
import { retryAfterMs } from '../../src/base/retry-after.js';
import type { Answer } from '../../src/contract/notifier.js';

type Answered = Extract<HttpAnswer, { kind: 'answered' }>;

export interface Wish {
  readonly revision: number;
  readonly nowMs: number;
  /** The id of the message that an update is for. */
  readonly id?: string;
}

/** Believes no 200 that does not name the message and a revision at least as high as the one sent. */
export function classify(answer: HttpAnswer, wish: Wish): Answer {
  if (answer.kind === 'not_sent') return { kind: 'deferred', reason: answer.reason };
  if (answer.kind === 'no_answer') return { kind: 'unknown', reason: answer.reason };
  const reason = `http_${String(answer.status)}`;
  if (answer.status === 200 || answer.status === 201) return delivered(answer, wish);
  if (answer.status === 401 || answer.status === 403) return { kind: 'refused', scope: 'provider', reason };
  if (answer.status === 404) return notFound(answer, wish);
  // a newer card is there already, so there is nothing left to do for this attempt
  if (answer.status === 409 && wish.id !== undefined) return { kind: 'delivered', receipt: { id: wish.id } };
  if (answer.status === 408) return { kind: 'deferred', reason };
  if (answer.status === 429) return { kind: 'deferred', reason, ...retryAfter(answer, wish.nowMs) };
  if (answer.status >= 500) return { kind: 'unknown', reason };
  if (answer.status >= 400) return { kind: 'refused', scope: 'message', reason };
  return { kind: 'refused', scope: 'provider', reason };
}

function delivered(answer: Answered, wish: Wish): Answer {
  const said = json(answer.body);
  const id = said?.['id'];
  const revision = said?.['revision'];
  const isTaken = typeof id === 'string' && id !== '' && typeof revision === 'number' && revision >= wish.revision;
  if (!isTaken || (wish.id !== undefined && wish.id !== id)) return { kind: 'unknown', reason: 'answer_malformed' };
  return { kind: 'delivered', receipt: { id } };
}

/** A 404 without a code of the contract does not come from a Talk server: the configured address is wrong. */
function notFound(answer: Answered, wish: Wish): Answer {
  const error = json(answer.body)?.['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'unknown_user' && wish.id === undefined)
    return { kind: 'refused', scope: 'recipient', reason: 'unknown_user' };
  if (code === 'unknown_message' && wish.id !== undefined) return { kind: 'uneditable', reason: 'unknown_message' };
  return { kind: 'refused', scope: 'provider', reason: 'http_404' };
}

function retryAfter(answer: Answered, nowMs: number): { retryAfterMs?: number } {
  const waitMs = retryAfterMs(answer.headers, nowMs);
  return waitMs === null ? {} : { retryAfterMs: waitMs };
}

function json(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // not JSON: not a Talk server's word
  }
}
