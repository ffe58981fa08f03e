/** What a tap came to, in one sentence, and whether it was carried out. The sentences are our own. */
import { isAsAsked, tapSentence, UNAVAILABLE_SENTENCE } from '../../../src/approval/sentences.js';
import type { CommandAnswer } from '../../../src/contract/commands.js';
import type { TapAnswer } from '../../../src/approval/tap-answer.js';
import { isDone } from '../../kit/is-done.js';

export interface Reply {
  readonly sentence: string;
  /** Whether what was asked for is so. */
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

export function tapInWords(answer: TapAnswer): Reply {
  const sentence = tapSentence(answer);
  return { sentence, isOk: isAsAsked(answer), isCarriedOut: answer.kind !== 'unavailable' };
}

/** A button that is a command: its answer in one line. */
export function commandInWords(answer: CommandAnswer): Reply {
  const sentence = (answer.kind === 'text' ? answer.lines : [answer.title]).join(' ');
  return { sentence, isOk: isDone(answer), isCarriedOut: sentence !== UNAVAILABLE_SENTENCE };
}

function again(sentence: string): Reply {
  return { sentence, isOk: false, isCarriedOut: false };
}
