/** Where the console opens: whether approving works, and what waits for somebody. An approver sees that of their own sites. */
import type { Express } from 'express';
import type { RequestRecord } from '../../../../approval/request.js';
import type { Clock } from '../../../../base/time/clock.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { Desk } from '../../../../contract/desk.js';
import { spanInWords } from '../../../shared/pages/time-in-words.js';
import { actorOf, callerOf } from '../../access/guard.js';
import { cardsPage } from '../console-page.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { cell, table } from '../table.js';

export interface OverviewDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'pending'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function routeOverview(app: Express, deps: OverviewDeps): void {
  const { desk, clock } = deps;
  app.get(
    '/',
    shows(deps, async (request) =>
      seenPage(await desk.pending({ actor: actorOf(callerOf(request)) }), (pending) =>
        cardsPage('Overview', waiting(pending, clock.nowMs())),
      ),
    ),
  );
}

function waiting(pending: readonly RequestRecord[], nowMs: number): Html {
  const rows = pending.map(({ host, address, deadlineAtMs }) => [
    cell(host),
    html`<code class="whole">${address}</code>`,
    spanInWords(deadlineAtMs - nowMs),
  ]);
  const heads = ['Site', 'Address', 'Time left'];
  return html`<section class="card">
    <h2>Waiting for an answer</h2>
    ${table(heads, rows, { empty: 'No request waits for an answer.', isNarrow: true })}
    <p class="aside"><a href="/requests">To the requests</a></p>
  </section>`;
}
