/** Pages and metrics for operators. An approver's session sees its own sites; an operator's bearer sees all. */
import type { Express, Request, Response } from 'express';
import type { Clock } from '../../base/clock.js';
import type { Desk, Seen } from '../../contract/desk.js';
import { auditPage, queuePage } from '../pages/admin-pages.js';
import { messagePage, unavailablePage } from '../pages/message-page.js';
import { html } from '../../base/html.js';
import type { Page, PageSender } from '../pages/page.js';
import { actorOf, callerOf } from './guard.js';
import { METRICS_TYPE, metricsText, type MetricsLedger, type Refusals } from './metrics.js';

export interface AdminPageParts {
  readonly desk: Pick<Desk, 'pending' | 'history'>;
  readonly ledger: MetricsLedger;
  readonly refusals: Refusals;
  readonly publicUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly sendPage: PageSender;
}

export function routeAdminPages(app: Express, parts: AdminPageParts): void {
  const { desk, ledger, refusals, publicUrl, clock, sendPage } = parts;
  app.get('/', async (request, response) => {
    const seen = await desk.pending({ actor: actorOf(callerOf(request)) });
    sendPage(
      response,
      pageOf(seen, (requests) => queuePage({ requests, publicUrl, nowMs: clock.nowMs() })),
    );
  });
  app.get('/audit', async (request, response) => {
    sendPage(response, pageOf(await desk.history({ actor: actorOf(callerOf(request)) }), auditPage));
  });
  app.get('/metrics', async (_request: Request, response: Response) => {
    response.set('content-type', METRICS_TYPE).send(await metricsText(ledger, refusals));
  });
}

function pageOf<T>(seen: Seen<T>, draw: (value: T) => Page): Page {
  if (seen.kind === 'seen') return draw(seen.value);
  if (seen.kind === 'unavailable') return unavailablePage();
  return messagePage(403, 'Nothing to see', html`<p>You are not an approver of any site.</p>`);
}
