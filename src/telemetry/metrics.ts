/**
 * Every metric of the rollups: what it counts, in which dimensions. `/metrics` has it under `koder_gate_<name>`, `/api/telemetry` under its
 * name, and docs/telemetry.md lists what stands here.
 */
import type { MetricDims, MetricName } from '../contract/telemetry-ledger.js';

/** `counter`: how often. `histogram`: durations. `sample`: of what was measured now and then, the most. */
type MetricKind = 'counter' | 'histogram' | 'sample';

export interface Metric {
  readonly kind: MetricKind;
  /** One sentence, as Prometheus shows it. */
  readonly help: string;
  readonly dims: readonly string[];
}

type Described = { readonly [Name in MetricName]: Metric & { readonly dims: readonly MetricDims[Name][] } };

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  requests_opened_total: counter('Approval requests that were opened.', ['by']),
  requests_deferred_total: counter('Access requests that opened nothing: nobody had room, or the site is muted.', [
    'reason',
  ]),
  requests_decided_total: counter('Approval requests that ended.', ['outcome', 'surface']),
  decision_seconds: histogram('From the opening of an approval request to its end.', ['outcome', 'surface']),
  attempts_total: counter('Attempts to deliver something, by how they ended.', [
    'channel',
    'transport',
    'provider',
    'mailbox',
    'outcome',
  ]),
  attempt_seconds: histogram('How long an attempt took.', ['channel', 'transport', 'provider', 'outcome']),
  acceptance_seconds: histogram('From the making of a delivery until its platform took it.', [
    'channel',
    'transport',
    'provider',
  ]),
  queue_depth: sample('Deliveries that wait to be sent, but for those whose time has not come.', ['transport']),
  queue_age_seconds: sample('How long the oldest of them has waited.', ['transport']),
  checks_total: counter('Checks of the gate, by what they came to.', ['verdict']),
  refused_calls_total: counter('Calls refused at the public receivers.', ['source', 'reason']),
  refusals_total: counter('Acts of people that were refused, as the audit trail has them.', ['surface', 'reason']),
  sign_ins_total: counter('Sign-ins.', ['by']),
  sign_ins_refused_total: counter('Sign-ins that were refused.', ['reason']),
} satisfies Described;

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

function counter<Dim extends string>(help: string, dims: readonly Dim[]) {
  return { kind: 'counter', help, dims } as const;
}

function histogram<Dim extends string>(help: string, dims: readonly Dim[]) {
  return { kind: 'histogram', help, dims } as const;
}

function sample<Dim extends string>(help: string, dims: readonly Dim[]) {
  return { kind: 'sample', help, dims } as const;
}
