/** What one person alone is told: a sentence after a tap, or the answer to a `/gate` line. Pure. */
import { EPHEMERAL, NO_MENTIONS, NO_UNFURLING, type PrivateMessage } from './discord-schema.js';
import { code, words } from './discord-text.js';

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

/** Escaped, at most twice as long: below the 2,000 of a content (Discord, message reference). */
const MAX_SENTENCE_CODE_POINTS = 900;
const MAX_LINE_CODE_POINTS = 300;
const MAX_CELL_CODE_POINTS = 160;
/** Of the 4,096 of an embed's description; the rest is for the lines that close it. */
const MAX_LINES_CHARACTERS = 3_300;
const GREY = 0x80848e;
const RED = 0xf23f43;

export function discordSentence(sentence: string): PrivateMessage {
  const content = words(sentence, MAX_SENTENCE_CODE_POINTS);
  return { content, allowed_mentions: NO_MENTIONS, flags: EPHEMERAL | NO_UNFURLING };
}

/** A phone has no room for columns: each row is a bullet, its first cell as code, every other after its column's name. */
export function discordAnswer(answer: AnswerToDraw): PrivateMessage {
  if (answer.kind === 'text') return embedded(answer.isOk ? GREY : RED, asManyAsFit(answer.lines.map(line)));
  if (answer.rows.length === 0) return embedded(GREY, [line(answer.empty)]);
  const rows = asManyAsFit(answer.rows.map((row) => bullet(row, answer.columns)));
  const more = answer.more === null ? [] : [`More: ${code(`/gate ${answer.more}`, MAX_LINE_CODE_POINTS)}`];
  return embedded(GREY, [`**${line(answer.title)}**`, ...rows, ...more]);
}

/** In an embed, because no link in one is unfurled, and it holds twice as much. */
function embedded(color: number, lines: readonly string[]): PrivateMessage {
  const description = lines.join('\n').trim();
  return {
    embeds: [{ color, description: description === '' ? 'Done.' : description }],
    allowed_mentions: NO_MENTIONS,
    flags: EPHEMERAL,
  };
}

function line(text: string): string {
  return words(text, MAX_LINE_CODE_POINTS);
}

function bullet(row: readonly string[], columns: readonly string[]): string {
  const [first = '', ...others] = row;
  const named = others.flatMap((cell, index) =>
    cell === '' ? [] : [`${words(columns[index + 1] ?? '', MAX_CELL_CODE_POINTS)} ${code(cell, MAX_CELL_CODE_POINTS)}`],
  );
  return `• ${[code(first, MAX_CELL_CODE_POINTS), ...named].join(' · ')}`;
}

/** As many lines as there is room for; the last one says how many were left out. */
function asManyAsFit(lines: readonly string[]): readonly string[] {
  let characters = 0;
  const kept = lines.filter((text) => (characters += text.length + 1) <= MAX_LINES_CHARACTERS);
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `… and ${String(left)} more that no message holds`];
}
