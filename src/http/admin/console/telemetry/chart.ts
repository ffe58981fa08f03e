/**
 * Charts as SVG, drawn here: bars on top of each other, or lines of steps. They have no text, so that they may be stretched to any
 * width; what they say in words and figures stands around them and in the table beside. Colours and dashes are classes of the style sheet.
 */
import { html, type Html } from '../../../../base/text/html.js';

export interface Line {
  readonly name: string;
  /** A class of the style sheet. */
  readonly look: string;
  /** One for each step; null: nothing was counted. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly kind: 'bars' | 'lines';
  readonly lines: readonly Line[];
  /** What it shows, for whoever does not see it. */
  readonly label: string;
  /** As words at the scale. */
  readonly inWords: (value: number) => string;
  /** The scale ends at a round number of this. */
  readonly roundTop: (value: number) => number;
}

/** Units of the drawing: a step is so wide, and the scale so high. */
const STEP = 10;
const HEIGHT = 100;

export function chart({ kind, lines, label, inWords, roundTop }: Chart): Html {
  const steps = lines[0]?.values.length ?? 0;
  const top = roundTop(kind === 'bars' ? highestSum(lines, steps) : highest(lines));
  const drawn = kind === 'bars' ? bars(lines, top) : lines.map((line) => path(line, top));
  return html`<div class="chart">
    <p class="scale" aria-hidden="true">
      <span>${inWords(top)}</span><span>${inWords(top / 2)}</span><span>${inWords(0)}</span>
    </p>
    <svg role="img" aria-label="${label}" viewBox="0 0 ${steps * STEP} ${HEIGHT}" preserveAspectRatio="none">
      <path class="grid" d="M0 0H${steps * STEP}M0 ${HEIGHT / 2}H${steps * STEP}M0 ${HEIGHT}H${steps * STEP}" />
      ${drawn}
    </svg>
  </div>`;
}

function highest(lines: readonly Line[]): number {
  return Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
}

function highestSum(lines: readonly Line[], steps: number): number {
  const sums = Array.from({ length: steps }, (_, step) =>
    lines.reduce((sum, { values }) => sum + (values[step] ?? 0), 0),
  );
  return Math.max(0, ...sums);
}

/** Each line's bars stand on those of the lines before it. */
function bars(lines: readonly Line[], top: number): readonly Html[] {
  const below = new Map<number, number>();
  return lines.map(({ look, values }) => {
    const parts = values.map((value, step) => {
      if (value === null || value === 0) return '';
      const from = below.get(step) ?? 0;
      below.set(step, from + value);
      return `M${fixed(step * STEP + 1)} ${height(from, top)}V${height(from + value, top)}H${fixed(step * STEP + 9)}V${height(from, top)}Z`;
    });
    return html`<path class="bar ${look}" d="${parts.join('')}" />`;
  });
}

/** Flat within a step, and joined to the step before where there is one: so a single step is seen, too. */
function path({ look, values }: Line, top: number): Html {
  const parts = values.map((value, step) => {
    if (value === null) return '';
    const [from, to, at] = [fixed(step * STEP), fixed((step + 1) * STEP), height(value, top)];
    const isJoined = step > 0 && values[step - 1] !== null;
    return isJoined ? `V${at}H${to}` : `M${from} ${at}H${to}`;
  });
  return html`<path class="line ${look}" d="${parts.join('')}" />`;
}

function height(value: number, top: number): string {
  return fixed(HEIGHT - (value / top) * HEIGHT);
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
