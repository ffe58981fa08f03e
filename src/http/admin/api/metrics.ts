/** Metrics in Prometheus' text format (exposition format 0.0.4), read from ledger and guard at the moment of asking. */
import type { Express, RequestHandler } from 'express';
import { isLedgerUnavailable } from '../../../contract/ledger-unavailable.js';
import type { PassTally } from '../../../contract/admin.js';
import type { TransportPause, Ledger, Straggler } from '../../../contract/ledger.js';
import type { ProcessHealth } from '../../../contract/process-health.js';
import type { Guard } from '../../public/guard/guard.js';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** More than these are counted as these: whoever sees so many has been paged already. */
const MAX_COUNTED = 1_000;

type MetricsLedger = Pick<Ledger, 'requests' | 'grants' | 'deliveries'>;

/** What this process refused at the receivers of the public plane. */
type Refusals = Pick<Guard, 'tallies' | 'lost'>;

export interface Measured {
  readonly ledger: MetricsLedger;
  readonly refusals: Refusals;
  readonly health: ProcessHealth;
  /** What passed this process's gate without a grant. */
  readonly passTallies: () => readonly PassTally[];
}

/** `guard`: for operators alone, as numbers of all sites are. */
export function routeMetrics(app: Express, measured: Measured, guard: RequestHandler): void {
  app.get('/metrics', guard, async (_request, response) => {
    response.set('content-type', METRICS_TYPE).send(await metricsText(measured));
  });
}

async function metricsText({ ledger, refusals, health, passTallies }: Measured): Promise<string> {
  const stored = await ledgerMetrics(ledger).catch(whenUnavailable);
  return [
    ...gauge('koder_gate_ledger_up', 'Whether the database answers.', [[{}, stored === null ? 0 : 1]]),
    ...(stored ?? []),
    ...counter('koder_gate_refused_calls_total', 'Calls refused at the public receivers.', refused(refusals)),
    ...counter('koder_gate_dead_letters_lost_total', 'Dead letters that could not be written.', [
      [{}, refusals.lost()],
    ]),
    ...counter('koder_gate_lost_lines_total', 'Lines that an output of this process did not take.', lostLines(health)),
    ...counter('koder_gate_faults_total', 'Exceptions and rejections that nobody caught.', [
      [{}, health.faults().count],
    ]),
    ...passMetrics(passTallies()),
    '',
  ].join('\n');
}

/** What only the process knows is told although the database does not answer: that is when somebody looks. */
function whenUnavailable(error: unknown): null {
  if (!isLedgerUnavailable(error)) throw error;
  return null;
}

async function ledgerMetrics(ledger: MetricsLedger): Promise<readonly string[]> {
  const [pending, live, stragglers, pauses] = await Promise.all([
    ledger.requests.pending(MAX_COUNTED),
    ledger.grants.count(),
    ledger.deliveries.stragglers(MAX_COUNTED),
    ledger.deliveries.pauses(),
  ]);
  return [
    ...gauge('koder_gate_pending_requests', 'Requests nobody has answered yet.', [[{}, pending.length]]),
    ...gauge('koder_gate_live_grants', 'Addresses that may pass now, a site each.', [[{}, live]]),
    ...gauge(
      'koder_gate_deliveries_behind',
      'Cards and messages not in the state they should be in.',
      behind(stragglers),
    ),
    ...gauge('koder_gate_channels_paused', 'Channels whose provider is broken.', paused(pauses)),
  ];
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

function paused(pauses: readonly TransportPause[]): Sample[] {
  return pauses.map(({ transport }) => [{ channel: transport }, 1] as const);
}

function lostLines(health: ProcessHealth): Sample[] {
  return health.outputs().map(({ name, lost }) => [{ output: name }, lost] as const);
}

function passMetrics(tallies: readonly PassTally[]): readonly string[] {
  const of = (wanted: PassTally['kind']): readonly PassTally[] => tallies.filter(({ kind }) => kind === wanted);
  const bySite = ({ site, count }: PassTally): Sample => [{ site }, count];
  return [
    ...counter(
      'koder_gate_open_path_passes_total',
      'Requests that passed without a grant, by an open path.',
      of('open_path').map(({ site, pattern, count }) => [{ site, pattern }, count]),
    ),
    ...counter(
      'koder_gate_site_token_passes_total',
      'Requests that passed without a grant, by a token of their site.',
      of('token').map(bySite),
    ),
    ...counter(
      'koder_gate_passage_passes_total',
      'Requests that passed without a grant, by who the visitor is.',
      of('passage').map(bySite),
    ),
    ...counter(
      'koder_gate_site_token_refusals_total',
      'Requests with a token that opens nothing at their site.',
      of('wrong_token').map(bySite),
    ),
  ];
}

function refused(refusals: Refusals): Sample[] {
  return refusals.tallies().map(({ source, reason, refused: count }) => [{ source, reason }, count] as const);
}
