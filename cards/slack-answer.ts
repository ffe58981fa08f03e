/** What one person alone is told: a sentence after a tap, or the answer to a `/gate` line. Pure. */
import { fit } from '../src/base/fit.js';
import { bold, lines, plain, section, words } from './slack-blocks.js';
import type { Block, RichText, RichTextSection, SlackMessage } from './slack-blocks.js';

/** A command's answer; the `CommandAnswer` of the commands' port has this shape. */
export type AnswerToDraw =
  | { readonly kind: 'text'; readonly isOk: boolean; readonly lines: readonly string[] }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly more: string | null;
      readonly empty: string;
    };

/** Ours. Slack refuses a message of about 13,000 characters over all blocks, whatever each of them may hold. */
const MAX_CODE_POINTS = 8_000;
const MAX_LINE_CODE_POINTS = 300;
const MAX_CELL_CODE_POINTS = 160;
const MAX_ROWS = 60;

/** One sentence, verbatim. */
export function slackSentence(sentence: string): SlackMessage {
  return { text: 'Koder Gate answers', blocks: [lines([words(fit(sentence, MAX_LINE_CODE_POINTS))])] };
}

/** A phone has no room for columns: each row is a bullet, its first cell in bold, every other with its column's name. */
export function slackAnswer(answer: AnswerToDraw): SlackMessage {
  if (answer.kind === 'text') return told(inLines(answer.lines));
  if (answer.rows.length === 0) return told(inLines([answer.empty]));
  const all = answer.rows.slice(0, MAX_ROWS).map((row) => bullet(row, answer.columns));
  const rows = asManyAsFit(all);
  const left = answer.rows.length - rows.length;
  return told([
    { type: 'header', text: plain(fit(answer.title, 150)) },
    { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements: rows }] },
    ...(left > 0 ? [hint(`… and ${String(left)} more rows that no message holds`)] : []),
    ...(answer.more === null ? [] : [hint(`More: /gate ${fit(answer.more, MAX_LINE_CODE_POINTS)}`)]),
  ]);
}

function told(blocks: readonly Block[]): SlackMessage {
  return { text: 'Koder Gate answers', blocks };
}

/** A text without a line still says something: Slack takes no message without one. */
function inLines(texts: readonly string[]): readonly Block[] {
  const kept = asManyAsFit(texts.map((line) => section([words(fit(line, MAX_LINE_CODE_POINTS))])));
  const shown = kept.map(({ elements }) => elements);
  const left = texts.length - kept.length;
  const rest = left > 0 ? [[words(`… and ${String(left)} more lines`)]] : [];
  const drawn = [...shown, ...rest].some((line) => line.length > 0) ? [...shown, ...rest] : [[words('Done.')]];
  return [lines(...drawn)];
}

function bullet(row: readonly string[], columns: readonly string[]): RichTextSection {
  const [first = '', ...others] = row.map((cell) => fit(cell, MAX_CELL_CODE_POINTS));
  const named = others.flatMap((cell, index): readonly RichText[] =>
    cell === '' ? [] : [words(` · ${columns[index + 1] ?? ''} `), words(cell)],
  );
  return section([bold(first === '' ? '–' : first), ...named]);
}

function asManyAsFit(sections: readonly RichTextSection[]): readonly RichTextSection[] {
  let codePoints = 0;
  return sections.filter(({ elements }) => {
    for (const { text } of elements) codePoints += Array.from(text).length;
    return codePoints <= MAX_CODE_POINTS;
  });
}

function hint(text: string): Block {
  return { type: 'context', elements: [plain(text)] };
}
