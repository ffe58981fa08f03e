/** A figure as a bench ends with it: one JSON line for machines, one row of a table for people. */

export interface Figure {
  readonly bench: string;
  readonly case: string;
  /** NaN where it could not be measured; then nothing is met. */
  readonly value: number;
  readonly unit: string;
  /** The name of what it is compared with, measured in the same run. */
  readonly against: string;
  /** That one's figure, in the same unit; null where there is no comparison. */
  readonly beside: number | null;
  /** `value` divided by `beside`, round by round where there are rounds; null where there is no comparison. */
  readonly ratio: number | null;
  /** The target of the ratio, or of the value where there is no ratio; null where there is no target. */
  readonly target: Target | null;
  /** The share of one core that each side's servers used. Well below 1, they did not limit the figure. */
  readonly busy?: { readonly value: number; readonly beside: number };
}

export type Target = { readonly atLeast: number } | { readonly atMost: number };
export type Form = 'full' | 'short';

const DIGITS = 3;

export function jsonLine(figure: Figure, form: Form): string {
  const { value, beside, ratio } = figure;
  const busy = figure.busy === undefined ? {} : { busy: roundBoth(figure.busy) };
  const rounded = { ...figure, ...busy, value: round(value), beside: roundOrNull(beside), ratio: roundOrNull(ratio) };
  return JSON.stringify({ ...rounded, isMet: isMet(figure), form });
}

/** Markdown, so that a full run can be put into docs/benchmarks.md as it is. */
export function table(figures: readonly Figure[]): string {
  const head = [
    '| what | measured | beside, in the same run | ratio | to reach | core busy |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return [...head, ...figures.map(rowOf)].join('\n');
}

/** Null where there is no target. */
function isMet({ value, ratio, target }: Figure): boolean | null {
  if (target === null) return null;
  const judged = ratio ?? value;
  return 'atLeast' in target ? judged >= target.atLeast : judged <= target.atMost;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('a median is of something');
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}

/** The median of each round's ratio, so that what slowed both down in one round does not count. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? NaN)));
}

function rowOf(figure: Figure): string {
  const { bench, value, unit, against, beside, ratio, target } = figure;
  const besides = beside === null ? against : `${against}: ${readable(beside)} ${unit}`;
  const reached = target === null ? '' : `${targetInWords(target)}${isMet(figure) === true ? '' : ' (missed)'}`;
  const cells = [
    `${bench}: ${figure.case}`,
    `${readable(value)} ${unit}`,
    besides,
    readableOrNot(ratio),
    reached,
    busyInWords(figure),
  ];
  return `| ${cells.join(' | ')} |`;
}

function busyInWords({ busy }: Figure): string {
  if (busy === undefined) return '';
  return [busy.value, busy.beside].map((share) => `${String(Math.round(share * 100))} %`).join(' and ');
}

function targetInWords(target: Target): string {
  return 'atLeast' in target ? `at least ${String(target.atLeast)}` : `at most ${String(target.atMost)}`;
}

function readableOrNot(value: number | null): string {
  return value === null || Number.isNaN(value) ? '' : readable(value);
}

/** Three significant digits, with separators between thousands. */
function readable(value: number): string {
  if (Number.isNaN(value)) return 'no';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(DIGITS)));
}

function roundBoth({ value, beside }: { value: number; beside: number }): NonNullable<Figure['busy']> {
  return { value: round(value), beside: round(beside) };
}

function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}
