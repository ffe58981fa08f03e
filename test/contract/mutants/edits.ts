/** Liars about cards that can be edited no more, and about the order of edits. */
import type { Answer } from '../../../src/contract/notifier.js';
import { withFollowUp, withUpdate, type Mutant } from './mutant.js';

/** Takes a card that is gone for a message that will never do: nobody then tells how the request stands. */
export const givesUpOnLostCards: Mutant = (honest) =>
  withUpdate(honest, async (notice, signal) => {
    if (honest.updates === 'none') throw new Error('not for a channel that never updates');
    const answer = await honest.update(notice, signal);
    return answer.kind === 'uneditable' ? { kind: 'refused', scope: 'message', reason: answer.reason } : answer;
  });

/** Edits what is gone once more, and calls it told. */
export const pretendsToFollowUp: Mutant = (honest) =>
  withFollowUp(honest, (notice): Promise<Answer> => Promise.resolve({ kind: 'delivered', receipt: notice.receipt }));

/** Sends the new message and keeps the old one's receipt. */
export const keepsTheOldReceipt: Mutant = (honest) =>
  withFollowUp(honest, async (notice, signal) => {
    if (honest.updates !== 'edit') throw new Error('only for a channel that edits');
    const answer = await honest.followUp(notice, signal);
    return answer.kind === 'delivered' ? { kind: 'delivered', receipt: notice.receipt } : answer;
  });

/** Makes every edit the newest. */
export const letsTheLastEditWin: Mutant = (honest) => {
  let edits = 0;
  return withUpdate(honest, (notice, signal) => {
    if (honest.updates === 'none') throw new Error('not for a channel that never updates');
    edits += 1;
    const revision = notice.card.revision + 100 * edits;
    return honest.update({ ...notice, card: { ...notice.card, revision } }, signal);
  });
};
