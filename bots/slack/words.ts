/** What a tap came to, in one sentence, and whether it was carried out. The sentences are the house's own. */
import { refusalSentence, tapSentence, UNAVAILABLE_SENTENCE } from '../../src/approval/sentences.js';
import type { RevokeAnswer, TapAnswer } from '../../src/contract/desk.js';

export interface Words {
  readonly sentence: string;
  /** Whether what was wished for is so. */
  readonly isOk: boolean;
  /** False: nothing changed, or nobody knows yet; the same tap again is safe and may do it. */
  readonly isCarriedOut: boolean;
}

/** The gate did not say in time what became of it, so this does not claim to know. */
export const TAP_NOT_ANSWERED = again('The gate did not answer in time. Tap again: a decision counts once.');
export const COMMAND_NOT_ANSWERED = again(
  'Still working: the answer follows here. If none comes, try again: nothing is done twice.',
);
export const WHO_IS_UNKNOWN = again('Nothing changed: Slack did not say in time who you are. Try again.');
export const FORM_NOT_OPENED = again('Nothing changed: Slack did not open the form in time. Tap again.');
export const BROKEN = again('Something is broken in the gate. Tap again, or decide in a browser.');

export function tapInWords(answer: TapAnswer): Words {
  const sentence = tapSentence(answer);
  return { sentence, isOk: answer.kind === 'decided', isCarriedOut: answer.kind !== 'unavailable' };
}

export function revokeInWords(answer: RevokeAnswer): Words {
  switch (answer.kind) {
    case 'revoked': {
      const sentences = answer.grants.map(({ address, site }) => `Revoked. ${address} may no longer visit ${site}.`);
      return { sentence: sentences.join(' '), isOk: true, isCarriedOut: true };
    }
    case 'repeated':
      return { sentence: 'This was carried out already.', isOk: true, isCarriedOut: true };
    case 'unknown':
    case 'ambiguous':
      return {
        sentence: 'There is no such grant any more: it ended, or was revoked.',
        isOk: false,
        isCarriedOut: true,
      };
    case 'forbidden':
      return { sentence: refusalSentence(answer.why), isOk: false, isCarriedOut: true };
    case 'unavailable':
      return again(UNAVAILABLE_SENTENCE);
  }
}

function again(sentence: string): Words {
  return { sentence, isOk: false, isCarriedOut: false };
}
