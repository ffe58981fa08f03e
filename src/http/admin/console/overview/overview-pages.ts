/** Where the console opens: whether approving works, and what needs a hand. An approver sees that of their own sites. */
import type { Express, Request } from 'express';
import type { Clock } from '../../../../base/time/clock.js';
import type { AdminServices } from '../../../../contract/admin.js';
import type { Desk } from '../../../../contract/desk.js';
import type { Ledger } from '../../../../contract/ledger.js';
import { unavailablePage } from '../../../shared/pages/message-page.js';
import { actorOf, callerOf } from '../../access/guard.js';
import type { ConsolePage } from '../console-page.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { healthOf } from './health.js';
import { approverPage, operatorPage, type Theirs } from './overview-views.js';

export interface OverviewDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'pending' | 'looks'>;
  readonly services: Pick<AdminServices, 'parts'>;
  readonly ledger: {
    readonly deliveries: Pick<Ledger['deliveries'], 'pauses' | 'providerGates'>;
    readonly grants: Pick<Ledger['grants'], 'count'>;
  } & Pick<Ledger, 'looks'>;
  /** What carries cards and messages here. */
  readonly transports: readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
}

const DAY_MS = 86_400_000;

export function routeOverview(app: Express, deps: OverviewDeps): void {
  app.get(
    '/',
    shows(deps, (request) => overview(deps, request)),
  );
}

async function overview(deps: OverviewDeps, request: Request): Promise<ConsolePage> {
  const { desk, clock } = deps;
  const caller = callerOf(request);
  const actor = actorOf(caller);
  const [pending, outcomes] = await Promise.all([desk.pending({ actor }), desk.looks.outcomes(actor, DAY_MS)]);
  if (outcomes.kind === 'unavailable') return unavailablePage();
  const counted = outcomes.kind === 'seen' ? outcomes.value : [];
  const facts = pending.kind === 'seen' && caller.kind === 'operator' ? await standing(deps) : null;
  return seenPage(pending, (requests) => {
    const theirs: Theirs = { requests, outcomes: counted, nowMs: clock.nowMs() };
    return facts === null ? approverPage(theirs) : operatorPage({ ...theirs, ...facts });
  });
}

async function standing({ ledger, services, transports }: OverviewDeps) {
  const [deliveries, pauses, gates, parts, grants] = await Promise.all([
    ledger.looks.deliveries(),
    ledger.deliveries.pauses(),
    ledger.deliveries.providerGates(),
    services.parts(),
    ledger.grants.count(),
  ]);
  return { health: healthOf({ deliveries, pauses, parts, transports }), gates, deliveries, grants };
}
