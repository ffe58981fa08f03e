/** What a provider's policy makes of an answer: which refusals are final. Pure. */
import type { MailPolicy } from '../../src/contract/mail-policy.js';
import type { MailAnswer } from './transport.js';

/** A wait that a provider asks for is for all that goes out by it. A refusal of the provider itself is no mail's end anyway. */
export function judged(answer: MailAnswer, { isSoftBounce, final, retried }: MailPolicy['terminal']): MailAnswer {
  if ('correlation' in answer) return answer;
  if (answer.kind === 'refused') {
    const isKept = answer.scope !== 'provider' && (isSoftBounce || retried.includes(answer.reason));
    return isKept ? { ...idsOf(answer), kind: 'deferred', reason: answer.reason } : answer;
  }
  if (answer.kind === 'deferred' && final.includes(answer.reason) && !isSoftBounce)
    return { ...idsOf(answer), kind: 'refused', scope: 'message', reason: answer.reason };
  return answer.retryAfterMs === undefined ? answer : { ...answer, isOfProvider: answer.isOfProvider ?? true };
}

function idsOf({ ids }: MailAnswer): Pick<MailAnswer, 'ids'> {
  return ids === undefined ? {} : { ids };
}
