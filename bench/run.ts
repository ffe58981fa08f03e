/** How a bench is run: in full, for figures that may be quoted, or briefly, which only proves that the bench works. */
import type { Figure } from './figure.js';

export interface Run {
  readonly isShort: boolean;
  /** Interleaved rounds; a figure is the median of them. */
  readonly rounds: number;
  /** Prints the progress. */
  readonly say: (line: string) => void;
}

export interface Bench {
  /** One line: what is measured beside what. */
  readonly what: string;
  readonly measure: (run: Run) => Promise<readonly Figure[]>;
}

const ROUNDS = 7;
const SHORT_ROUNDS = 2;

export function runOf(isShort: boolean, say: (line: string) => void): Run {
  return { isShort, rounds: isShort ? SHORT_ROUNDS : ROUNDS, say };
}

/** The size of something in this form. */
export function sized<T>(run: Pick<Run, 'isShort'>, sizes: { readonly full: T; readonly short: T }): T {
  return run.isShort ? sizes.short : sizes.full;
}
