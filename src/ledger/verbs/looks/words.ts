/** Whether words stand in an entry of the audit trail, each whole: `ada` is not in `adam`, and is in `ada@example.org`. */
import type { AuditTableRow } from '../../tables/audit.js';

export function hasWords(
  { who, what, surface, site, address, request_id, detail }: AuditTableRow,
  words: readonly string[],
): boolean {
  const text = [who, what, surface, site ?? '', address ?? '', request_id ?? '', detail].join(' ').toLowerCase();
  return words.every((word) => standsWhole(word.toLowerCase(), text));
}

const IN_A_WORD = /[\p{L}\p{N}]/u;

function standsWhole(word: string, text: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isInAWord(text, at - 1) && !isInAWord(text, at + word.length)) return true;
  }
  return false;
}

function isInAWord(text: string, at: number): boolean {
  return IN_A_WORD.test(text.charAt(at));
}
