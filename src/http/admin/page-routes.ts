/** Pages and metrics for operators. An approver's session sees its own sites; an operator's, and the bearer, see all. */
import type { Express, Request, RequestHandler, Response } from 'express';
import type { Clock } from '../../base/time/clock.js';
import type { Desk, Seen } from '../../contract/desk.js';
import { adminMessage, auditPage, ofCaller, pendingPage, type PendingFacts } from './admin-pages.js';
import { unavailablePage } from '../shared/pages/message-page.js';
import { html } from '../../base/text/html.js';
import type { Page, PageSender } from '../shared/pages/page.js';
import { actorOf as signedInActor } from '../shared/signed-in.js';
import { actorOf, callerOf, type Caller } from './guard.js';
import { METRICS_TYPE, metricsText, type Measured } from './metrics.js';

export interface AdminPageDeps extends Measured {
  readonly desk: Pick<Desk, 'pending' | 'history'>;
  readonly publicUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly sendPage: PageSender;
}

/** `guard`: of what is for operators alone, as are numbers of all sites. */
export function routeAdminPages(app: Express, deps: AdminPageDeps, guard: RequestHandler): void {
  const { desk, publicUrl, clock, sendPage } = deps;
  app.get('/', async (request, response) => {
    const caller = callerOf(request);
    const seen = await desk.pending({ actor: actorOf(caller) });
    const decidable = await decidableBy(desk, caller);
    const page = pageOf(seen, (requests) => pendingPage({ requests, decidable, publicUrl, nowMs: clock.nowMs() }));
    sendPage(response, ofCaller(page, { ...callerOf(request), publicUrl }));
  });
  app.get('/audit', async (request, response) => {
    const page = pageOf(await desk.history({ actor: actorOf(callerOf(request)) }), auditPage);
    sendPage(response, ofCaller(page, { ...callerOf(request), publicUrl }));
  });
  app.get('/metrics', guard, async (_request: Request, response: Response) => {
    response.set('content-type', METRICS_TYPE).send(await metricsText(deps));
  });
}

/** Looking at all does not say what of it is theirs: an operator may be an approver of some sites, or of none. */
async function decidableBy(desk: AdminPageDeps['desk'], { kind, session }: Caller): Promise<PendingFacts['decidable']> {
  if (kind === 'approver' || session === null) return 'all';
  if (session.account.approver === null) return new Set();
  const own = await desk.pending({ actor: signedInActor(session) });
  return new Set(own.kind === 'seen' ? own.value.map(({ id }) => id) : []);
}

function pageOf<T>(seen: Seen<T>, draw: (value: T) => Page): Page {
  if (seen.kind === 'seen') return draw(seen.value);
  if (seen.kind === 'unavailable') return unavailablePage();
  return adminMessage(403, 'Nothing to see', html`<p>You are not an approver of any site.</p>`);
}
