/** Splits a typed line into words. Quotes keep words together, also the curly ones of phones and chat clients. */

/** More than any command needs; limits the work that a stranger's line can cause. */
const MAX_LINE_CHARACTERS = 500;
const WORD = /["“”„]([^"“”„]*)["“”„]?|'([^']*)'?|(\S+)/gu;

export function wordsOf(line: string): readonly string[] {
  const words = [...line.slice(0, MAX_LINE_CHARACTERS).matchAll(WORD)];
  return words.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}
