/** A typed line as words. Quotes keep words together, the curly ones of phones and chat clients, too. */

/** More than any command needs; bounds what a stranger's line can cost. */
const MAX_LINE_CHARACTERS = 500;
const WORD = /["“”„]([^"“”„]*)["“”„]?|'([^']*)'?|(\S+)/gu;

export function wordsOf(line: string): readonly string[] {
  const words = [...line.slice(0, MAX_LINE_CHARACTERS).matchAll(WORD)];
  return words.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}
