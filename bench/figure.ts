/** A figure as a bench ends with it: one JSON line, for people and for machines. */

export interface Figure {
  readonly bench: string;
  readonly case: string;
  /** What was measured over what it is measured against; null where there is nothing beside it. */
  readonly ratio: number | null;
  readonly value: number;
  readonly unit: string;
  readonly against: string;
}

const DIGITS = 3;

export function printFigure(figure: Figure): void {
  const rounded = { ...figure, ratio: figure.ratio === null ? null : round(figure.ratio), value: round(figure.value) };
  process.stdout.write(`${JSON.stringify(rounded)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('a median is of something');
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}
