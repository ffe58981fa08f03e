/** How the list of waiting requests looks. It shows; deciding is the confirm page's and the CLI's. */
import type { RequestRecord } from '../../../../approval/request.js';
import { shownId } from '../../../../approval/short-id.js';
import { html } from '../../../../base/text/html.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import { consolePage, type ConsolePage } from '../console-page.js';
import { cell, table } from '../table.js';

export interface PendingFacts {
  readonly requests: readonly RequestRecord[];
  /** Those that whoever looks may decide. By the bearer nobody looks, and any may be. */
  readonly decidable: ReadonlySet<RequestRecord['id']> | 'all';
  readonly publicUrl: string;
  readonly nowMs: number;
}

export function pendingPage({ requests, decidable, publicUrl, nowMs }: PendingFacts): ConsolePage {
  const isMine = ({ id }: RequestRecord): boolean => decidable === 'all' || decidable.has(id);
  const rows = requests.map((request) => [
    html`<code>${shownId(request.id)}</code>`,
    html`${isMine(request) ? html`<a href="${publicUrl}/requests/${request.id}">${cell(request.host)}</a>` : cell(request.host)}
      <span class="badge ${request.environment}">${request.environment}</span>`,
    html`<code>${cell(request.path)}</code>`,
    html`<code class="whole">${request.address}</code> ${request.country}`,
    cell(request.browser),
    timeElement(request.openedAtMs),
    spanInWords(request.deadlineAtMs - nowMs),
  ]);
  const heads = ['Request', 'Site', 'Path', 'Address', 'Browser', 'Asked', 'Time left'];
  const content = html`${table(heads, rows, { empty: 'No request waits for an answer.' })}
  ${!requests.every(isMine) && html`<p class="hint">Only approvers of its site decide a request. Those that are not yours to decide have no link.</p>`}`;
  return consolePage('Requests', content);
}
