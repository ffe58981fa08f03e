/** Cuts text to a platform's limit: by code point, never through a character, with an ellipsis where it was cut. */

const ELLIPSIS = '…';
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `maxCodePoints` code points. Control characters become spaces: no text of a visitor breaks a line. Half a
 * surrogate pair is no character, and no UTF-8 can carry it.
 */
export function fit(text: string, maxCodePoints: number): string {
  const clean = text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, ' ').replace(/\p{Cs}/gu, '\uFFFD');
  if (Array.from(clean).length <= maxCodePoints) return clean;
  let kept = '';
  let codePoints = 0;
  for (const { segment } of segmenter.segment(clean)) {
    codePoints += Array.from(segment).length;
    if (codePoints > maxCodePoints - 1) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
}
