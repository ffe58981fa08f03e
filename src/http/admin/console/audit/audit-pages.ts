/** What was done, newest first. */
import type { Express } from 'express';
import { surfaceInWords } from '../../../../approval/card-view.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { Desk, HistoryEntry } from '../../../../contract/desk.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { actorOf, callerOf } from '../../access/guard.js';
import { consolePage, type ConsolePage } from '../console-page.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { cell, table } from '../table.js';

export interface AuditPageDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'history'>;
}

export function routeAuditPages(app: Express, deps: AuditPageDeps): void {
  app.get(
    '/audit',
    shows(deps, async (request) => seenPage(await deps.desk.history({ actor: actorOf(callerOf(request)) }), auditPage)),
  );
}

function auditPage(entries: readonly HistoryEntry[]): ConsolePage {
  const rows = entries.map((entry) => [
    timeElement(entry.atMs),
    cell(entry.who),
    cell(entry.what),
    orNone(entry.whom, cell),
    cell(surfaceInWords(entry.surface)),
    orNone(entry.site, cell),
    orNone(entry.address, (address) => html`<code class="whole">${address}</code>`),
    orNone(entry.requestId, (id) => html`<code>${shownId(id)}</code>`),
  ]);
  const heads = ['When', 'Who', 'What', 'Whom', 'Over', 'Site', 'Address', 'Request'];
  return consolePage('Audit', table(heads, rows, { empty: 'Nothing has happened yet.' }));
}

function orNone<T>(value: T | null, draw: (value: T) => Html | string): Html | string {
  return value === null ? '' : draw(value);
}
