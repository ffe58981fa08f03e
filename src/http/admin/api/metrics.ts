/**
 * `/metrics`: of this process what it knows itself, of the database what is there at the moment of asking, and what was ever counted in
 * it by all processes. For operators, and for scrapers with a token that opens nothing else.
 */
import type { Express, RequestHandler } from 'express';
import { isSameSecret } from '../../../base/crypto/digest.js';
import type { Secret } from '../../../base/crypto/secret.js';
import { isLedgerUnavailable } from '../../../contract/ledger-unavailable.js';
import type { PassTally } from '../../../contract/admin.js';
import type { TransportPause, Ledger, Straggler } from '../../../contract/ledger.js';
import type { ProcessHealth } from '../../../contract/process-health.js';
import { bearerOf } from '../../shared/bearer.js';
import type { Guard } from '../../public/guard/guard.js';
import { exposition, type Family, type Sample } from './exposition.js';
import { queueFamilies, totalFamilies } from './rollup-families.js';

/** More than these are counted as these: whoever sees so many has been paged already. */
const MAX_COUNTED = 1_000;

type MetricsLedger = Pick<Ledger, 'requests' | 'grants' | 'deliveries' | 'telemetry'>;

/** What this process refused at the receivers of the public plane. */
type Refusals = Pick<Guard, 'tallies' | 'lost'>;

export interface Measured {
  readonly ledger: MetricsLedger;
  readonly refusals: Refusals;
  readonly health: ProcessHealth;
  /** What passed this process's gate without a grant. */
  readonly passTallies: () => readonly PassTally[];
}

/** Before the guard of the plane: a scraper is nobody there. Null: there is no such token. */
export function routeScraping(app: Express, measured: Measured, metricsToken: Secret | null): void {
  if (metricsToken === null) return;
  app.get('/metrics', (request, response, next) => {
    const bearer = bearerOf(request.headers.authorization);
    if (bearer === null || !isSameSecret(bearer, metricsToken.reveal())) return next();
    return answer(measured, request, response, next);
  });
}

/** `guard`: for operators alone, as numbers of all sites are. */
export function routeMetrics(app: Express, measured: Measured, guard: RequestHandler): void {
  app.get('/metrics', guard, (...call) => answer(measured, ...call));
}

async function answer(measured: Measured, ...[, response]: Parameters<RequestHandler>): Promise<void> {
  const { type, text } = await exposition(await families(measured));
  response.set('content-type', type).send(text);
}

async function families({ ledger, refusals, health, passTallies }: Measured): Promise<readonly Family[]> {
  const stored = await ledgerFamilies(ledger).catch(whenUnavailable);
  return [
    gauge(described('ledger_up', 'Whether the database answers.'), [[{}, stored === null ? 0 : 1]]),
    ...(stored ?? []),
    counter(
      described('refused_calls_total', 'Calls refused at the public receivers.', ['source', 'reason']),
      refused(refusals),
    ),
    counter(described('dead_letters_lost_total', 'Dead letters that could not be written.'), [[{}, refusals.lost()]]),
    counter(
      described('lost_lines_total', 'Lines that an output of this process did not take.', ['output']),
      lostLines(health),
    ),
    counter(described('faults_total', 'Exceptions and rejections that nobody caught.'), [[{}, health.faults().count]]),
    ...passFamilies(passTallies()),
  ];
}

/** What only the process knows is told although the database does not answer: that is when somebody looks. */
function whenUnavailable(error: unknown): null {
  if (!isLedgerUnavailable(error)) throw error;
  return null;
}

async function ledgerFamilies(ledger: MetricsLedger): Promise<readonly Family[]> {
  const [pending, live, stragglers, pauses, due, totals] = await Promise.all([
    ledger.requests.pending(MAX_COUNTED),
    ledger.grants.count(),
    ledger.deliveries.stragglers(MAX_COUNTED),
    ledger.deliveries.pauses(),
    ledger.telemetry.due(),
    ledger.telemetry.totals(),
  ]);
  return [
    gauge(described('pending_requests', 'Requests nobody has answered yet.'), [[{}, pending.length]]),
    gauge(described('live_grants', 'Addresses that may pass now, a site each.'), [[{}, live]]),
    gauge(
      described('deliveries_behind', 'Cards and messages not in the state they should be in.', ['channel', 'state']),
      behind(stragglers),
    ),
    gauge(
      described(
        'channels_paused',
        'Channels that stand still: their provider refuses the gate, or an operator paused them.',
        ['channel'],
      ),
      paused(pauses),
    ),
    ...queueFamilies(due),
    ...totalFamilies(totals),
  ];
}

function described(name: string, help: string, labels: readonly string[] = []) {
  return { name: `koder_gate_${name}`, help, labels };
}

function gauge(of: ReturnType<typeof described>, samples: readonly Sample[]): Family {
  return { ...of, kind: 'gauge', samples };
}

function counter(of: ReturnType<typeof described>, samples: readonly Sample[]): Family {
  return { ...of, kind: 'counter', samples };
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

function passFamilies(tallies: readonly PassTally[]): readonly Family[] {
  const of = (wanted: PassTally['kind']): readonly PassTally[] => tallies.filter(({ kind }) => kind === wanted);
  const bySite = ({ site, count }: PassTally): Sample => [{ site }, count];
  return [
    counter(
      described('open_path_passes_total', 'Requests that passed without a grant, by an open path.', [
        'site',
        'pattern',
      ]),
      of('open_path').map(({ site, pattern, count }) => [{ site, pattern }, count]),
    ),
    counter(
      described('site_token_passes_total', 'Requests that passed without a grant, by a token of their site.', ['site']),
      of('token').map(bySite),
    ),
    counter(
      described('passage_passes_total', 'Requests that passed without a grant, by who the visitor is.', ['site']),
      of('passage').map(bySite),
    ),
    counter(
      described('site_token_refusals_total', 'Requests with a token that opens nothing at their site.', ['site']),
      of('wrong_token').map(bySite),
    ),
  ];
}

function refused(refusals: Refusals): Sample[] {
  return refusals.tallies().map(({ source, reason, refused: count }) => [{ source, reason }, count] as const);
}
