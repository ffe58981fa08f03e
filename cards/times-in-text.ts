/**
 * Finds the times in a sentence of ours. Every time is written as `2026-05-02 14:30 UTC`; a dialect that can show
 * the reader's own time draws it from there, and all others leave the words as they are.
 */

const TIME = /\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC\b/g;

export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  /** `text`: the time as it was written. */
  | { readonly kind: 'time'; readonly text: string; readonly atMs: number };

/** The text in order, cut at its times. A time that no calendar has stays words. No piece is empty. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(TIME)) {
    const [written, day = '', minute = ''] = match;
    const atMs = Date.parse(`${day}T${minute}:00Z`);
    if (Number.isNaN(atMs)) continue;
    if (match.index > end) pieces.push({ kind: 'words', text: text.slice(end, match.index) });
    pieces.push({ kind: 'time', text: written, atMs });
    end = match.index + written.length;
  }
  return end < text.length ? [...pieces, { kind: 'words', text: text.slice(end) }] : pieces;
}

/** Whole seconds since 1970, as Slack and Discord count. */
export function unixSeconds(atMs: number): number {
  return Math.floor(atMs / 1_000);
}
