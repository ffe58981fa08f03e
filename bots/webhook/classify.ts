/**
 * What an HTTP answer means for a delivery. Nothing is ever the provider's refusal: each consumer and each producer
 * stands for itself, and one that turns us away must not pause the others.
 *
 *                     consumer (RFC 001, 6.2)         callback (Standard Webhooks)
 *   taken             200                             any 2xx
 *   later             408, 425, 429, 503 with a wait  the same, and 401, 403, 404, 405, 3xx: a producer may be moving
 *   not this one      400, 409, 413, … other 4xx      400, 409, 413, … other 4xx
 *   not there         401, 403, 404, 405, 410, 3xx    410
 *   may be taken      other 2xx, other 5xx            other 5xx
 */
import type { HttpAnswer } from '../../src/base/net/http-client.js';
import { retryAfterMs } from '../../src/base/net/retry-after.js';
import type { Answer } from '../../src/contract/notifier.js';
import { deferred, refusedMessage, withoutAnswer } from '../kit/answers.js';

type Meaning = 'taken' | 'later' | 'not_this_one' | 'not_there' | 'may_be_taken';

const LATER = [408, 425, 429];
const AWAY = [401, 403, 404, 405];
const GONE = 410;
const UNAVAILABLE = 503;

export function classifyConsumer(answer: HttpAnswer, nowMs: number): Answer {
  return classify(answer, { nowMs, meaningOf: meaningToConsumer });
}

export function classifyCallback(answer: HttpAnswer, nowMs: number): Answer {
  return classify(answer, { nowMs, meaningOf: meaningToProducer });
}

function classify(
  answer: HttpAnswer,
  { nowMs, meaningOf }: { nowMs: number; meaningOf: (status: number) => Meaning },
): Answer {
  if (answer.kind === 'not_sent') return withoutAnswer(answer);
  // The status line is the whole answer: both contracts ignore the body, whole or not.
  if (answer.kind === 'no_answer' && answer.status === undefined) return withoutAnswer(answer);
  const status = answer.status ?? 0;
  const waitMs = answer.kind === 'answered' ? retryAfterMs(answer.headers, nowMs) : null;
  const reason = `http_${String(status)}`;
  if (status === UNAVAILABLE && waitMs !== null) return deferred(reason, waitMs);
  switch (meaningOf(status)) {
    case 'taken':
      return { kind: 'delivered', receipt: { status } };
    case 'later':
      return deferred(reason, waitMs);
    case 'not_this_one':
      return refusedMessage(reason);
    case 'not_there':
      return { kind: 'refused', scope: 'recipient', reason };
    case 'may_be_taken':
      return { kind: 'unknown', reason };
  }
}

function meaningToConsumer(status: number): Meaning {
  if (status === 200) return 'taken';
  if (status < 300 || status >= 500) return 'may_be_taken';
  if (status < 400 || status === GONE || AWAY.includes(status)) return 'not_there';
  return LATER.includes(status) ? 'later' : 'not_this_one';
}

function meaningToProducer(status: number): Meaning {
  if (status >= 200 && status < 300) return 'taken';
  if (status < 200 || status >= 500) return 'may_be_taken';
  if (status === GONE) return 'not_there';
  return status < 400 || AWAY.includes(status) || LATER.includes(status) ? 'later' : 'not_this_one';
}
