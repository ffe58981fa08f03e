/**
 * Metrics in Prometheus' text format, by its client library: a registry for each answer, because all that is told is read at the
 * moment of asking. The library is loaded with the first answer. None of its default metrics: `promtool check metrics` objects to them.
 */
import type { Histogram } from 'prom-client';
import { boundOf, countIn, countUpTo, SUM_BUCKET, type Buckets } from '../../../base/time/log-buckets.js';

type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

/** `labels`: by name, so that a metric of which there is nothing yet is known all the same. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type Family = Described &
  (
    | { readonly kind: 'gauge'; readonly samples: readonly Sample[] }
    | { readonly kind: 'counter'; readonly samples: readonly Sample[] }
    | { readonly kind: 'histogram'; readonly series: readonly (readonly [Labels, Buckets])[] }
  );

interface Exposed {
  readonly type: string;
  readonly text: string;
}

/** In this order. */
export async function exposition(families: readonly Family[]): Promise<Exposed> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  for (const family of families) {
    const { name, help, labels: labelNames } = family;
    const described = { name, help, labelNames: [...labelNames], registers: [registry] };
    if (family.kind === 'histogram') registry.registerMetric(counted(family));
    else if (family.kind === 'gauge') fill(new Gauge(described), family.samples, 'set');
    else fill(new Counter(described), family.samples, 'inc');
  }
  return { type: registry.contentType, text: await registry.metrics() };
}

function fill<How extends 'set' | 'inc'>(
  metric: Readonly<Record<How, (labels: Labels, value: number) => void>>,
  samples: readonly Sample[],
  how: How,
): void {
  for (const [labels, value] of samples) metric[how](labels, value);
}

/** From a millisecond to nineteen hours, each four times the one before: powers of two, so that what is below each is exact. */
const BOUNDS = Array.from({ length: 14 }, (_, index) => boundOf((10 + index * 2) * 8));
const MICROS = 1_000_000;

/** Counted before: the library's own histogram takes single values only, so its registry gets one that answers what there is. */
function counted({ name, help, series }: Extract<Family, { readonly kind: 'histogram' }>): Histogram {
  const values = series.flatMap((one) => valuesOf(name, one));
  const answer = { name, help, type: 'histogram', values };
  return { name, help, get: () => Promise.resolve(answer) } as unknown as Histogram;
}

function valuesOf(name: string, [labels, buckets]: readonly [Labels, Buckets]) {
  const count = countIn(buckets);
  const bucket = (le: string, value: number) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value });
  return [
    ...BOUNDS.map((micros) => bucket(String(micros / MICROS), countUpTo(buckets, micros))),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: (buckets.get(SUM_BUCKET) ?? 0) / MICROS },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
