/**
 * Whole numbers in decimal, three digits at a time. V8 keeps the text it makes of a number, in a table of some thousands,
 * to use it again. With more grants than that it seldom can, and every text it keeps outlives the young collections.
 */

const THOUSAND = 1_000;
const FIRST: readonly string[] = Array.from({ length: THOUSAND }, (_, number) => String(number));
const FURTHER: readonly string[] = FIRST.map((text) => text.padStart(3, '0'));

/** Of a whole number from 0 up, as `String` writes it. */
export function digits(whole: number): string {
  let rest = whole;
  let further = '';
  while (rest >= THOUSAND) {
    further = `${FURTHER[rest % THOUSAND] ?? ''}${further}`;
    rest = Math.floor(rest / THOUSAND);
  }
  return `${FIRST[rest] ?? ''}${further}`;
}
