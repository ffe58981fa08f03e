/** Answers in words: what a tap or a command line gets back, in private, as plain text. */
import { outcomeSentence } from '../../src/approval/card-view.js';
import type { Decision } from '../../src/approval/request.js';
import { refusalSentence } from '../../src/approval/sentences.js';
import { fit } from '../../src/base/fit.js';
import { never } from '../../src/base/never.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import type { RevokeAnswer, TapAnswer } from '../../src/contract/desk.js';

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

export const NOTHING_CHANGED: PrivateText = {
  isOk: false,
  text: 'Nothing changed: the gate could not write it down. Please tap again.',
};

/** One sentence or two for every answer of the desk. */
export function tapInWords(answer: TapAnswer): PrivateText {
  switch (answer.kind) {
    case 'decided':
      return say(true, decided(answer.decision, answer.request.host));
    case 'already':
      return say(false, `Already answered. ${outcomeSentence(answer.decision)}.`);
    case 'expired':
      return say(false, `Too late. ${outcomeSentence(answer.decision)}: the visitor may ask again.`);
    case 'unknown':
      return say(false, 'No such request, or it is long over.');
    case 'ambiguous':
      return say(false, `Several requests start so: ${answer.ids.join(', ')}.`);
    case 'forbidden':
      return say(false, refusalSentence(answer.why));
    case 'unavailable':
      return NOTHING_CHANGED;
    default:
      return never(answer);
  }
}

/** The same for a tap on Revoke. */
export function revokeInWords(answer: RevokeAnswer): PrivateText {
  switch (answer.kind) {
    case 'revoked':
      return lines(
        true,
        answer.grants.map(({ address, site }) => `You revoked it. ${address} may no longer visit ${site}.`),
      );
    case 'repeated':
      return say(true, 'This was done the first time.');
    case 'ambiguous':
      return say(false, `Several requests start so: ${answer.ids.join(', ')}.`);
    case 'unknown':
      return say(false, 'Nothing is left to revoke: the visitor’s access has ended.');
    case 'forbidden':
      return say(false, refusalSentence(answer.why));
    case 'unavailable':
      return NOTHING_CHANGED;
    default:
      return never(answer);
  }
}

/** A table becomes lines of cells parted by dots: a phone has no room for columns, and the cells speak for themselves. */
export function commandInWords(answer: CommandAnswer): PrivateText {
  if (answer.kind === 'text') return lines(answer.isOk, answer.lines);
  if (answer.rows.length === 0) return lines(true, [answer.empty]);
  const rows = answer.rows.map((row) => `• ${row.filter((cell) => cell !== '').join(' · ')}`);
  const more = answer.more === null ? [] : [`More: /gate ${answer.more}`];
  return lines(true, [answer.title, ...rows], more);
}

function decided(decision: Decision, host: string): string {
  return decision.outcome === 'approved'
    ? `You approved ${host}. The visitor is being let in.`
    : `You denied ${host}. The visitor is told so.`;
}

/** `last` is kept whatever else has to go. */
function lines(isOk: boolean, texts: readonly string[], last: readonly string[] = []): PrivateText {
  const end = last.map((line) => fit(line, MAX_LINE_CODE_POINTS));
  const shown = texts.slice(0, MAX_TEXT_LINES - end.length).map((line) => fit(line, MAX_LINE_CODE_POINTS));
  while ([...shown, ...end].join('\n').length > MAX_TEXT_CHARACTERS - 40) shown.pop();
  const left = texts.length - shown.length;
  return { isOk, text: [...shown, ...(left > 0 ? [`… and ${String(left)} more`] : []), ...end].join('\n') };
}

function say(isOk: boolean, text: string): PrivateText {
  return { isOk, text: fit(text, MAX_LINE_CODE_POINTS) };
}
