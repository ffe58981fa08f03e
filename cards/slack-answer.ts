/** What one person alone is told: a sentence after a tap, or the answer to a `/gate` line. Pure. */
import { fit } from '../src/base/text/fit.js';
import { asManyAsFit, MAX_CELL_CODE_POINTS, MAX_LINE_CODE_POINTS, shownAnswer } from './answer.js';
import type { AnswerToDraw, Row } from './answer.js';
import { bold, lines, plain, section, shownText, words, wordsWithTimes } from './slack-blocks.js';
import type { Block, RichElement, RichTextSection, SlackMessage } from './slack-blocks.js';

/** Ours. Slack refuses a message of about 13,000 characters over all blocks, whatever each of them may hold. */
const MAX_CODE_POINTS = 8_000;
const MAX_ROWS = 60;

/** One sentence, verbatim but for its times, which are the reader's own. */
export function slackSentence(sentence: string): SlackMessage {
  return { text: 'Koder Gate answers', blocks: [lines(wordsWithTimes(fit(sentence, MAX_LINE_CODE_POINTS)))] };
}

/** Each row is a bullet, its first cell in bold, every other after its column's name. */
export function slackAnswer(answer: AnswerToDraw): SlackMessage {
  const shown = shownAnswer(answer);
  if (shown.kind === 'lines') return told(inLines(shown.lines));
  const rows = withinMessage(shown.rows.slice(0, MAX_ROWS).map(bullet));
  const left = shown.rows.length - rows.length;
  return told([
    { type: 'header', text: plain(fit(shown.title, 150)) },
    { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements: rows }] },
    ...(left > 0 ? [hint(`… and ${String(left)} more rows that no message holds`)] : []),
    ...(shown.more === null ? [] : [hint(`More: ${fit(shown.more, MAX_LINE_CODE_POINTS)}`)]),
  ]);
}

function told(blocks: readonly Block[]): SlackMessage {
  return { text: 'Koder Gate answers', blocks };
}

/** A text without a line still says something: Slack takes no message without one. */
function inLines(texts: readonly string[]): readonly Block[] {
  const kept = withinMessage(texts.map((line) => section(wordsWithTimes(fit(line, MAX_LINE_CODE_POINTS)))));
  const shown = kept.map(({ elements }) => elements);
  const left = texts.length - kept.length;
  const rest = left > 0 ? [[words(`… and ${String(left)} more lines`)]] : [];
  const drawn = [...shown, ...rest].some((line) => line.length > 0) ? [...shown, ...rest] : [[words('Done.')]];
  return [lines(...drawn)];
}

function bullet({ first, others }: Row): RichTextSection {
  const named = others.flatMap(({ column, cell }): readonly RichElement[] => [
    words(` · ${column} `),
    ...wordsWithTimes(fit(cell, MAX_CELL_CODE_POINTS)),
  ]);
  return section([...firstCell(fit(first, MAX_CELL_CODE_POINTS)), ...named]);
}

function firstCell(text: string): readonly RichElement[] {
  const elements = wordsWithTimes(text);
  return elements.some(({ type }) => type === 'date') ? elements : [bold(text === '' ? '–' : text)];
}

function withinMessage(sections: readonly RichTextSection[]): readonly RichTextSection[] {
  return asManyAsFit(sections, MAX_CODE_POINTS, ({ elements }) =>
    elements.reduce((codePoints, element) => codePoints + Array.from(shownText(element)).length, 0),
  );
}

function hint(text: string): Block {
  return { type: 'context', elements: [plain(text)] };
}
