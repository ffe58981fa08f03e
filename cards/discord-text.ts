/**
 * Text of strangers in Discord's markdown. A fact stands in a code span, in which a client reads no markdown, no link, no
 * mention and no emoji; a sentence has every mark escaped.
 */
import { fit } from '../src/base/text/fit.js';
import { piecesOf, unixSeconds } from './times-in-text.js';

/** What ends a code span, and one that looks like it and does not. */
const BACKTICK = /`/g;
const LOOKS_LIKE_A_BACKTICK = 'ˋ';
const NOTHING = '–';

/** The text in a code span; something stands there even for nothing, because Discord takes no empty field. */
export function code(text: string, maxCodePoints: number): string {
  const clean = whole(fit(text, maxCodePoints)).replace(BACKTICK, LOOKS_LIKE_A_BACKTICK).trim();
  return `\`${clean === '' ? NOTHING : clean}\``;
}

/** The text as words and nothing else. The escapes may double its length. */
export function words(text: string, maxCodePoints: number): string {
  return (
    whole(fit(text, maxCodePoints))
      .replace(/[\\`*_~|<>[\]]/g, '\\$&')
      // A link by itself, and an emoji by its name.
      .replace(/:(?=\/\/|\w+:)/g, '\\:')
      .replace(/@(?=everyone|here)/g, '\\@')
      // Headings and lists are read at the beginning of a line alone.
      .replace(/^(\s*)([#+-])/, '$1\\$2')
      .replace(/^(\s*\d+)\./, '$1\\.')
  );
}

/** `May 11, 2026 12:19 PM` in the reader's own zone and language (Discord, “Message Formatting”). */
export function time(atMs: number): string {
  return `<t:${String(unixSeconds(atMs))}:f>`;
}

/** The same as `words`, with its times as the reader's own. */
export function wordsWithTimes(text: string, maxCodePoints: number): string {
  return piecesOf(words(text, maxCodePoints))
    .map((piece) => (piece.kind === 'time' ? time(piece.atMs) : piece.text))
    .join('');
}

/** The text in a code span; a text that is nothing but a time as the reader's own, which no client draws in a code span. */
export function codeOrTime(text: string, maxCodePoints: number): string {
  const [piece, ...others] = piecesOf(text);
  return piece?.kind === 'time' && others.length === 0 ? time(piece.atMs) : code(text, maxCodePoints);
}

/** `in 9 minutes`, counted by the reader's own client. */
export function countdown(atMs: number): string {
  return `<t:${String(unixSeconds(atMs))}:R>`;
}

/** Removes halves of surrogate pairs: Discord refuses the whole message for one. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
