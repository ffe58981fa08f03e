/** What the database counted, as metrics of the same names: `koder_gate_` is put before each. */
import type { Buckets } from '../../../base/time/log-buckets.js';
import type { Counted, DueNow, MetricName } from '../../../contract/ledger.js';
import { METRIC_NAMES, METRICS } from '../../../telemetry/metrics.js';
import type { Family, Sample } from './exposition.js';

/** The process tells this one itself, of its own. */
const OF_PROCESS: readonly MetricName[] = ['refused_calls_total'];

export function totalFamilies(totals: readonly Counted[]): readonly Family[] {
  const told = METRIC_NAMES.filter((name) => METRICS[name].kind !== 'sample' && !OF_PROCESS.includes(name));
  return told.map((name) => {
    const of = totals.filter((one) => one.name === name);
    const described = describedAs(name);
    if (METRICS[name].kind === 'histogram') return { ...described, kind: 'histogram', series: seriesOf(of) };
    return { ...described, kind: 'counter', samples: of.map(({ dims, n }): Sample => [dims, n]) };
  });
}

/** The length of the queue at this moment, where the rollups have the most of a minute. */
export function queueFamilies(due: readonly DueNow[]): readonly Family[] {
  const of = (name: MetricName, value: (one: DueNow) => number): Family => {
    const samples = due.map((one): Sample => [{ transport: one.transport }, value(one)]);
    return { ...describedAs(name), kind: 'gauge', samples };
  };
  return [of('queue_depth', ({ depth }) => depth), of('queue_age_seconds', ({ oldestMs }) => oldestMs / 1_000)];
}

function describedAs(name: MetricName): Pick<Family, 'name' | 'help' | 'labels'> {
  const { help, dims: labels } = METRICS[name];
  return { name: `koder_gate_${name}`, help, labels };
}

function seriesOf(counts: readonly Counted[]): readonly (readonly [Counted['dims'], Buckets])[] {
  const series = new Map<string, readonly [Counted['dims'], Map<number, number>]>();
  for (const { dims, bucket, n } of counts) {
    const key = JSON.stringify(dims);
    const one = series.get(key) ?? ([dims, new Map<number, number>()] as const);
    one[1].set(bucket, n);
    series.set(key, one);
  }
  return [...series.values()];
}
