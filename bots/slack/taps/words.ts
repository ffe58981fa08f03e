/** What a tap came to, in one sentence, and whether it was carried out. The sentences are the house's own. */
import { tapSentence, UNAVAILABLE_SENTENCE } from '../../../src/approval/sentences.js';
import type { CommandAnswer } from '../../../src/contract/commands.js';
import type { TapAnswer } from '../../../src/contract/desk.js';

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

/** A button that is a command: its answer in one line. */
export function commandInWords(answer: CommandAnswer): Words {
  const sentence = (answer.kind === 'text' ? answer.lines : [answer.title]).join(' ');
  const isOk = answer.kind === 'table' || answer.isOk;
  return { sentence, isOk, isCarriedOut: sentence !== UNAVAILABLE_SENTENCE };
}

function again(sentence: string): Words {
  return { sentence, isOk: false, isCarriedOut: false };
}
