/** What several channels answer to an attempt in the same way. What a status or a code means is for each platform's `classify.ts`. */
import type { Answer } from '../../src/contract/notifier.js';

/** A call that brought no whole answer: nothing of it went out, or nobody knows what came of it. */
interface CallWithoutAnswer {
  readonly kind: 'not_sent' | 'no_answer';
  readonly reason: string;
}

/** `retryAfterMs`: the platform's own wait; null where it says none. */
export function deferred(reason: string, retryAfterMs: number | null = null): Extract<Answer, { kind: 'deferred' }> {
  return { kind: 'deferred', reason, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}

/** This message will never do, whoever it is for. */
export function refusedMessage(reason: string): Answer {
  return { kind: 'refused', scope: 'message', reason };
}

export function withoutAnswer({ kind, reason }: CallWithoutAnswer): Extract<Answer, { kind: 'deferred' | 'unknown' }> {
  return kind === 'not_sent' ? deferred(reason) : { kind: 'unknown', reason };
}

/** For a call that shows nothing to anybody: however it failed, it may safely be repeated. */
export function harmless(answer: Answer): Answer {
  return answer.kind === 'unknown' ? deferred(answer.reason) : answer;
}
