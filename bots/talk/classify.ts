/** What a Talk server's answer means for a delivery: the error table of docs/talk-wire.md, as values. */
import type { HttpAnswer } from '../../src/base/net/http-client.js';
import { retryAfterMs } from '../../src/base/net/retry-after.js';
import { fieldsOf } from '../../src/base/text/fields.js';
import { parseJson } from '../../src/base/text/json.js';
import type { Answer } from '../../src/contract/notifier.js';
import { deferred, refusedMessage, withoutAnswer } from '../kit/answers.js';

type Answered = Extract<HttpAnswer, { kind: 'answered' }>;

export interface Input {
  readonly revision: number;
  readonly nowMs: number;
  /** The id of the message that an update is for. */
  readonly id?: string;
}

/** Believes no 200 that does not name the message and a revision at least as high as the one sent. */
export function classify(answer: HttpAnswer, input: Input): Answer {
  if (answer.kind !== 'answered') return withoutAnswer(answer);
  const reason = `http_${String(answer.status)}`;
  if (answer.status === 200 || answer.status === 201) return delivered(answer, input);
  if (answer.status === 401 || answer.status === 403) return { kind: 'refused', scope: 'provider', reason };
  if (answer.status === 404) return notFound(answer, input);
  // a newer card is there already, so there is nothing left to do for this attempt
  if (answer.status === 409 && input.id !== undefined) return { kind: 'delivered', receipt: { id: input.id } };
  if (answer.status === 408) return deferred(reason);
  if (answer.status === 429) return deferred(reason, retryAfterMs(answer.headers, input.nowMs));
  if (answer.status >= 500) return { kind: 'unknown', reason };
  if (answer.status >= 400) return refusedMessage(reason);
  return { kind: 'refused', scope: 'provider', reason };
}

function delivered(answer: Answered, input: Input): Answer {
  const { id, revision } = fieldsOf(parseJson(answer.body));
  const isTaken = typeof id === 'string' && id !== '' && typeof revision === 'number' && revision >= input.revision;
  if (!isTaken || (input.id !== undefined && input.id !== id)) return { kind: 'unknown', reason: 'answer_malformed' };
  return { kind: 'delivered', receipt: { id } };
}

/** A 404 without a code of the contract does not come from a Talk server: the configured address is wrong. */
function notFound(answer: Answered, input: Input): Answer {
  const { code } = fieldsOf(fieldsOf(parseJson(answer.body))['error']);
  if (code === 'unknown_user' && input.id === undefined)
    return { kind: 'refused', scope: 'recipient', reason: 'unknown_user' };
  if (code === 'unknown_message' && input.id !== undefined) return { kind: 'uneditable', reason: 'unknown_message' };
  return { kind: 'refused', scope: 'provider', reason: 'http_404' };
}
