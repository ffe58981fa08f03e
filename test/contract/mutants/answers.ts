/** Liars about what happened: the platform was asked honestly, the answer is false. */
import type { Answer, RefusalScope } from '../../../src/contract/notifier.js';
import { answering, withNotify, withUpdate, type Mutant } from './mutant.js';

export const hopesForTheBest: Mutant = answering((answer) =>
  'receipt' in answer ? answer : { kind: 'delivered', receipt: { id: 'none' } },
);

export const throwsWhatTheWorldDid: Mutant = answering((answer) => {
  if (!('receipt' in answer)) throw new Error('the platform is not well');
  return answer;
});

export const quotesThePeer: Mutant = answering((answer) =>
  'receipt' in answer ? answer : { ...answer, reason: '503 Service Unavailable: <h1>Sorry!</h1>' },
);

export const callsUncertainSafe: Mutant = answering((answer) =>
  answer.kind === 'unknown' ? { kind: 'deferred', reason: answer.reason } : answer,
);

export const callsSafeUncertain: Mutant = answering((answer) =>
  answer.kind === 'deferred' ? { kind: 'unknown', reason: answer.reason } : answer,
);

export const forgetsRetryAfter: Mutant = answering((answer) =>
  answer.kind === 'deferred' ? { kind: 'deferred', reason: answer.reason } : answer,
);

/** Says that something else is broken. */
export function blames(scope: RefusalScope): Mutant {
  return answering((answer) => (answer.kind === 'refused' ? { ...answer, scope } : answer));
}

/** A Date does not come back from JSON as itself. */
export const keepsALiveReceipt: Mutant = answering((answer): Answer =>
  'receipt' in answer ? { ...answer, receipt: { ...answer.receipt, at: new Date(0) as unknown as string } } : answer,
);

export const neverRecovers: Mutant = (honest) => {
  let isBroken = false;
  return withNotify(honest, async (notice, signal) => {
    if (isBroken) return { kind: 'deferred', reason: 'circuit_open' };
    const answer = await honest.notify(notice, signal);
    isBroken = !('receipt' in answer);
    return answer;
  });
};

export const pretendsToUpdate: Mutant = (honest) =>
  withUpdate(honest, (notice) => Promise.resolve({ kind: 'delivered', receipt: notice.receipt }));

/** Redraws whatever card was sent last. */
export const losesTrackOfCards: Mutant = (honest) => {
  let last: Answer | null = null;
  const sending = withNotify(honest, async (notice, signal) => (last = await honest.notify(notice, signal)));
  return withUpdate(sending, (notice, signal) => {
    if (honest.updates === 'none') throw new Error('not for a channel that never updates');
    return honest.update({ ...notice, receipt: last?.kind === 'delivered' ? last.receipt : notice.receipt }, signal);
  });
};
