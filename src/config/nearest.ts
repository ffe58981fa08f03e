/** The known word nearest to a mistyped one, so that a message can say what was meant. */

/** How far off, in typed characters, a word may be and still be taken for a slip: a third of it, and at least two. */
const MIN_SLIPS = 2;

/** Null when no known word is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const limit = Math.max(MIN_SLIPS, Math.floor(word.length / 3));
  let best: { name: string; slips: number } | null = null;
  for (const name of known) {
    const slips = editDistance(word.toLowerCase(), name.toLowerCase());
    if (slips <= limit && (best === null || slips < best.slips)) best = { name, slips };
  }
  return best?.name ?? null;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
