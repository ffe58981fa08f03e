/** Which plots there are, and what they are made of. */
import type { MetricName } from '../../../../contract/ledger.js';
import { countOf, durationsOf, seriesOf, type Durations, type Point } from '../../../../telemetry/series.js';
import type { Span } from '../../../../telemetry/span.js';
import type { RollupRow } from '../../../../contract/ledger.js';
import type { Line } from './chart.js';

export interface Plot {
  readonly id: string;
  readonly title: string;
  /** What is counted, in a sentence. */
  readonly about: string;
  readonly metric: MetricName;
  readonly kind: 'bars' | 'lines';
  /** Whether its values are seconds. */
  readonly isTime: boolean;
  readonly lines: (rows: readonly RollupRow[], span: Span) => readonly Line[];
}

export const PLOTS: readonly Plot[] = [
  bars('decisions', 'Decisions', 'Approval requests that ended, by their outcome.', {
    metric: 'requests_decided_total',
    by: 'outcome',
  }),
  durations(
    'time-to-decision',
    'Time to decision',
    'From the opening of a request until somebody approved or denied it.',
    {
      metric: 'decision_seconds',
      percentiles: ['p50', 'p95'],
      // what nobody answers ends with its time, which says nothing of how quick people are
      isCounted: ({ dims }) => dims['outcome'] === 'approved' || dims['outcome'] === 'denied',
    },
  ),
  bars('deliveries', 'Delivery outcomes', 'Attempts to deliver something, by how they ended.', {
    metric: 'attempts_total',
    by: 'outcome',
  }),
  durations('acceptance', 'Time to delivery', 'From the making of a delivery until its platform took it.', {
    metric: 'acceptance_seconds',
    percentiles: ['p50', 'p95', 'p99'],
  }),
  durations('attempts', 'Time of an attempt', 'How long a call to a platform took.', {
    metric: 'attempt_seconds',
    percentiles: ['p50', 'p95', 'p99'],
  }),
  bars('checks', 'Checks', 'What the gate said to the reverse proxy.', { metric: 'checks_total', by: 'verdict' }),
  {
    ...bars('queue', 'Waiting to be sent', 'The most deliveries that were due at once.', {
      metric: 'queue_depth',
      by: 'transport',
    }),
    kind: 'lines',
  },
];

/** By what it means; whatever else has the next look that is free. */
const LOOKS: Readonly<Record<string, string>> = {
  approved: 'good',
  sent: 'good',
  grant: 'good',
  denied: 'bad',
  failed: 'bad',
  bounced: 'bad',
  closed: 'bad',
  retry: 'warn',
  withdrawn: 'warn',
  expired: 'soft',
  superseded: 'soft',
  accepted: 'first',
  p50: 'first',
  p95: 'warn',
  p99: 'bad',
};
const OTHER_LOOKS = ['first', 'violet', 'warn', 'soft', 'good', 'bad'];
/** Lines beside each other; what is beyond the largest of them is one. */
const MAX_LINES = 6;

type Named = readonly [id: string, title: string, about: string];

function bars(...[id, title, about, of]: [...Named, { readonly metric: MetricName; readonly by: string }]): Plot {
  return {
    id,
    title,
    about,
    metric: of.metric,
    kind: 'bars',
    isTime: false,
    lines: (rows, span) => fewest(linesBy(rows, of.by, span)),
  };
}

interface OfDurations {
  readonly metric: MetricName;
  readonly percentiles: readonly ('p50' | 'p95' | 'p99')[];
  readonly isCounted?: (row: RollupRow) => boolean;
}

function durations(...[id, title, about, of]: [...Named, OfDurations]): Plot {
  const { metric, percentiles, isCounted = () => true } = of;
  const lines: Plot['lines'] = (rows, span) => {
    const [all] = seriesOf(rows.filter(isCounted), []);
    if (all === undefined) return [];
    return percentiles.map((name) => ({
      name,
      look: lookOf(name, 0),
      values: stepped(all.points, span, (point) => (durationsOf(point) satisfies Durations)[name]),
    }));
  };
  return { id, title, about, metric, kind: 'lines', isTime: true, lines };
}

function linesBy(rows: readonly RollupRow[], by: string, span: Span): readonly Omit<Line, 'look'>[] {
  return seriesOf(rows, [by]).map(({ dims, points }) => ({
    name: dims[by] ?? '',
    values: stepped(points, span, countOf),
  }));
}

/** Steps in which nothing was counted have null. */
function stepped(points: readonly Point[], span: Span, value: (point: Point) => number | null): (number | null)[] {
  const at = new Map(points.map((point) => [point.atMs, value(point)]));
  return stepsOf(span).map((ms) => at.get(ms) ?? null);
}

export function stepsOf({ fromMs, toMs, stepMs }: Span): readonly number[] {
  return Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, step) => fromMs + step * stepMs);
}

export function totalOf({ values }: Pick<Line, 'values'>): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The largest first. */
function fewest(lines: readonly Omit<Line, 'look'>[]): readonly Line[] {
  const sorted = [...lines].sort((one, other) => totalOf(other) - totalOf(one));
  const [shown, rest] =
    sorted.length > MAX_LINES ? [sorted.slice(0, MAX_LINES - 1), sorted.slice(MAX_LINES - 1)] : [sorted, []];
  const all = rest.length === 0 ? shown : [...shown, { name: 'other', values: summed(rest) }];
  return all.map((line, index) => ({ ...line, look: lookOf(line.name, index) }));
}

function summed(lines: readonly Pick<Line, 'values'>[]): readonly (number | null)[] {
  return (lines[0]?.values ?? []).map((_, step) => lines.reduce((sum, { values }) => sum + (values[step] ?? 0), 0));
}

function lookOf(name: string, index: number): string {
  return LOOKS[name] ?? OTHER_LOOKS[index % OTHER_LOOKS.length] ?? 'first';
}
