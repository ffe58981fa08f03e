/** What one person alone is told: a sentence after a tap, or the answer to a `/gate` line. Pure. */
import { asManyAsFit, MAX_CELL_CODE_POINTS, MAX_LINE_CODE_POINTS, shownAnswer } from './answer.js';
import type { AnswerToDraw, Row } from './answer.js';
import { EPHEMERAL, NO_MENTIONS, NO_UNFURLING, type PrivateMessage } from './discord-schema.js';
import { code, codeOrTime, words, wordsWithTimes } from './discord-text.js';

/** Escaped, at most twice as long: below the 2,000 of a content (Discord, message reference). */
const MAX_SENTENCE_CODE_POINTS = 900;
/** Of the 4,096 of an embed's description; the rest is for the lines that close it. */
const MAX_LINES_CHARACTERS = 3_300;
const GREY = 0x80848e;
const RED = 0xf23f43;

export function discordSentence(sentence: string): PrivateMessage {
  const content = wordsWithTimes(sentence, MAX_SENTENCE_CODE_POINTS);
  return { content, allowed_mentions: NO_MENTIONS, flags: EPHEMERAL | NO_UNFURLING };
}

/** Each row is a bullet, its first cell as code, every other after its column's name. */
export function discordAnswer(answer: AnswerToDraw): PrivateMessage {
  const shown = shownAnswer(answer);
  if (shown.kind === 'lines') return embedded(shown.isOk ? GREY : RED, withRest(shown.lines.map(line)));
  const more = shown.more === null ? [] : [`More: ${code(shown.more, MAX_LINE_CODE_POINTS)}`];
  return embedded(GREY, [`**${line(shown.title)}**`, ...withRest(shown.rows.map(bullet)), ...more]);
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
  return wordsWithTimes(text, MAX_LINE_CODE_POINTS);
}

function bullet({ first, others }: Row): string {
  const named = others.map(
    ({ column, cell }) => `${words(column, MAX_CELL_CODE_POINTS)} ${codeOrTime(cell, MAX_CELL_CODE_POINTS)}`,
  );
  return `• ${[codeOrTime(first, MAX_CELL_CODE_POINTS), ...named].join(' · ')}`;
}

/** As many lines as there is room for; the last one says how many were left out. */
function withRest(lines: readonly string[]): readonly string[] {
  const kept = asManyAsFit(lines, MAX_LINES_CHARACTERS, (text) => text.length + 1);
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `… and ${String(left)} more that no message holds`];
}
