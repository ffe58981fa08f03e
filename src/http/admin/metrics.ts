/** Metrics in Prometheus' text format (exposition format 0.0.4), read from ledger and guard at the moment of asking. */
import type { CarrierPause, Ledger, Straggler } from '../../contract/ledger.js';
import type { Guard } from '../guard/guard.js';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** More than these are counted as these: whoever sees so many has been paged already. */
const MAX_COUNTED = 1_000;

export type MetricsLedger = Pick<Ledger, 'requests' | 'grants' | 'deliveries'>;

/** What this process refused at the receivers of the public plane. */
export type Refusals = Pick<Guard, 'tallies' | 'lost'>;

export async function metricsText(ledger: MetricsLedger, refusals: Refusals): Promise<string> {
  const [pending, live, stragglers, pauses] = await Promise.all([
    ledger.requests.pending(MAX_COUNTED),
    ledger.grants.count(),
    ledger.deliveries.stragglers(MAX_COUNTED),
    ledger.deliveries.pauses(),
  ]);
  return [
    ...gauge('koder_gate_pending_requests', 'Requests nobody has answered yet.', [[{}, pending.length]]),
    ...gauge('koder_gate_live_grants', 'Addresses that may pass now, a site each.', [[{}, live]]),
    ...gauge('koder_gate_deliveries_behind', 'Cards not in the state they should be in.', behind(stragglers)),
    ...gauge('koder_gate_channels_paused', 'Channels whose provider is broken.', paused(pauses)),
    ...counter('koder_gate_refused_calls_total', 'Calls refused at the public receivers.', refused(refusals)),
    ...counter('koder_gate_dead_letters_lost_total', 'Dead letters that could not be written.', [
      [{}, refusals.lost()],
    ]),
    '',
  ].join('\n');
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples.map((sample) => line(name, sample))];
}

function counter(name: string, help: string, samples: readonly Sample[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...samples.map((sample) => line(name, sample))];
}

function line(name: string, [labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}`;
}

function escape(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function behind(stragglers: readonly Straggler[]): Sample[] {
  const counts = new Map<string, { labels: Record<string, string>; count: number }>();
  for (const { channel, state } of stragglers) {
    const key = `${channel} ${state}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { labels: { channel, state }, count });
  }
  return [...counts.values()].map(({ labels, count }) => [labels, count] as const);
}

function paused(pauses: readonly CarrierPause[]): Sample[] {
  return pauses.map(({ carrier }) => [{ channel: carrier }, 1] as const);
}

function refused(refusals: Refusals): Sample[] {
  return refusals.tallies().map(({ source, reason, refused: count }) => [{ source, reason }, count] as const);
}
