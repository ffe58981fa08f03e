/** What a provider's policy makes of an answer: which refusals are final. Pure. */
import type { MailPolicy } from '../../src/contract/mail-policy.js';
import type { MailAnswer } from './transport.js';

/** A wait that a provider asks for is for all that goes out by it. A refusal of the provider itself is no mail's end anyway. */
export function judged(answer: MailAnswer, { isSoftBounce, final, retried }: MailPolicy['terminal']): MailAnswer {
  if ('correlation' in answer) return answer;
  if (answer.kind === 'refused') {
    const isKept = answer.scope !== 'provider' && (isSoftBounce || isAmong(retried, answer.reason));
    return isKept ? { ...besides(answer), kind: 'deferred', reason: answer.reason } : answer;
  }
  if (answer.kind === 'deferred' && isAmong(final, answer.reason) && !isSoftBounce)
    return { ...besides(answer), kind: 'refused', scope: 'message', reason: answer.reason };
  return answer.retryAfterMs === undefined ? answer : { ...answer, isOfProvider: answer.isOfProvider ?? true };
}

/** `smtp_550` is every reply with that code, `smtp_550_5.7.1` the one with that status. */
function isAmong(codes: readonly string[], reason: string): boolean {
  return codes.includes(reason) || codes.includes(reason.replace(/^(smtp_\d{3})_.*/, '$1'));
}

function besides({ ids, mayDouble }: MailAnswer): Pick<MailAnswer, 'ids' | 'mayDouble'> {
  return { ...(ids === undefined ? {} : { ids }), ...(mayDouble === undefined ? {} : { mayDouble }) };
}
