/** Answers in words: what a tap or a command line gets back, in private, as plain text. */
import { isAsAsked, tapSentence, UNAVAILABLE_SENTENCE } from '../../src/approval/sentences.js';
import { fit } from '../../src/base/text/fit.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import type { TapAnswer } from '../../src/approval/tap-answer.js';

/** What `POST /talk/events` answers with 200. Plain text; line breaks count. */
export interface PrivateText {
  readonly isOk: boolean;
  readonly text: string;
}

/** The contract's own bounds (docs/talk-wire.md, limits). */
const MAX_LINE_CODE_POINTS = 300;
const MAX_TEXT_LINES = 50;
const MAX_TEXT_CHARACTERS = 4_000;

/** The gate did not say in time what became of the tap, so this does not claim to know. */
export const NO_ANSWER_IN_TIME: PrivateText = {
  isOk: false,
  text: 'The gate did not answer in time. Tap again: a decision counts once.',
};

/** Whether the call should be kept for a redrive: nothing changed, or it is not known what became of it. */
export function isUnavailable(answer: PrivateText): boolean {
  return answer === NO_ANSWER_IN_TIME || answer.text === UNAVAILABLE_SENTENCE;
}

/** One sentence for every answer of the desk, the same as on every surface. */
export function tapInWords(answer: TapAnswer): PrivateText {
  return { isOk: isAsAsked(answer), text: fit(tapSentence(answer), MAX_LINE_CODE_POINTS) };
}

/** A table becomes lines of cells parted by dots: a phone has no room for columns, and the cells speak for themselves. */
export function commandInWords(answer: CommandAnswer): PrivateText {
  if (answer.kind === 'text') return lines(answer.isOk, answer.lines);
  if (answer.rows.length === 0) return lines(true, [answer.empty]);
  const rows = answer.rows.map((row) => `• ${row.filter((cell) => cell !== '').join(' · ')}`);
  const more = answer.more === null ? [] : [`More: /gate ${answer.more.typed}`];
  return lines(true, [answer.title, ...rows], more);
}

/** Cuts lines to the limit, but always keeps `last`. */
function lines(isOk: boolean, texts: readonly string[], last: readonly string[] = []): PrivateText {
  const end = last.map((line) => fit(line, MAX_LINE_CODE_POINTS));
  const shown = texts.slice(0, MAX_TEXT_LINES - end.length).map((line) => fit(line, MAX_LINE_CODE_POINTS));
  while ([...shown, ...end].join('\n').length > MAX_TEXT_CHARACTERS - 40) shown.pop();
  const left = texts.length - shown.length;
  return { isOk, text: [...shown, ...(left > 0 ? [`… and ${String(left)} more`] : []), ...end].join('\n') };
}
