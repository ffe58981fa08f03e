/** The word somebody probably meant: the one with the fewest typing mistakes in between. A swap of neighbours is one mistake. */

/** With more mistakes than these it is a different word, however long it is. */
const MAX_SLIPS = 3;

/** Null when nothing is near: at most a third of the letters may be wrong, yet `always` mistakes even in the shortest word. */
export function nearest(typed: string, words: Iterable<string>, always = 2): string | null {
  const maxSlips = Math.min(Math.max(always, Math.floor(typed.length / 3)), MAX_SLIPS);
  const [best] = [...words]
    .map((word) => ({ word, slips: slips(typed.toLowerCase(), word.toLowerCase()) }))
    .filter((candidate) => candidate.slips <= maxSlips && isNearInParts(typed, candidate.word))
    .sort((one, other) => one.slips - other.slips);
  return best?.word ?? null;
}

/**
 * Addresses and hosts are often alike in all but their first part: what they share makes `bob@example.org` no slip for
 * `ada@example.org`. So each part must be near by itself.
 */
function isNearInParts(typed: string, word: string): boolean {
  const [typedParts, parts] = [partsOf(typed), partsOf(word)];
  if (parts.length === 1 || parts.length !== typedParts.length) return true;
  return parts.every((part, index) => {
    const written = typedParts[index] ?? '';
    return slips(written, part) <= Math.max(1, Math.floor(part.length / 3));
  });
}

function partsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/[.@]/);
}

/** How many letters are wrong, missing, too many or swapped: the optimal string alignment distance, row by row. */
export function slips(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
