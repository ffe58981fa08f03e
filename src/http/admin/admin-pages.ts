/** The admin plane's pages: the queue and what was done. They show; deciding is the confirm page's and the CLI's. */
import type { RequestRecord } from '../../approval/request.js';
import { surfaceInWords } from '../../approval/card-view.js';
import { shownId } from '../../approval/short-id.js';
import { fit } from '../../base/text/fit.js';
import type { HistoryEntry } from '../../contract/desk.js';
import { html, type Html } from '../../base/text/html.js';
import type { SignedInThere } from '../../identity/handoff/signed-in-there.js';
import { ADMIN_SIGN_OUT } from './sign-in.js';
import { messagePage } from '../shared/pages/message-page.js';
import type { Page } from '../shared/pages/page.js';
import { spanInWords, timeElement } from '../shared/pages/time-in-words.js';

const LINKS = [
  { path: '/', name: 'Queue' },
  { path: '/audit', name: 'Audit' },
  { path: '/accounts', name: 'Accounts' },
  { path: '/metrics', name: 'Metrics' },
];
const FOR_OPERATORS: readonly string[] = ['/accounts', '/metrics'];
const MAX_CELL_CODE_POINTS = 160;

export interface QueueFacts {
  readonly requests: readonly RequestRecord[];
  readonly publicUrl: string;
  readonly nowMs: number;
}

export function queuePage({ requests, publicUrl, nowMs }: QueueFacts): Page {
  const rows = requests.map(
    (request) =>
      html`<tr>
        <td><code>${shownId(request.id)}</code></td>
        <td>
          <a href="${publicUrl}/requests/${request.id}">${cell(request.host)}</a>
          <span class="badge ${request.environment}">${request.environment}</span>
        </td>
        <td><code>${cell(request.path)}</code></td>
        <td><code>${request.address}</code> ${request.country}</td>
        <td>${cell(request.browser)}</td>
        <td>${timeElement(request.openedAtMs)}</td>
        <td>${spanInWords(request.deadlineAtMs - nowMs)}</td>
      </tr>`,
  );
  const heads = ['Request', 'Site', 'Path', 'Address', 'Browser', 'Asked', 'Time left'];
  return adminPage('Queue', table(heads, rows, { empty: 'No request waits for an answer.' }));
}

export function auditPage(entries: readonly HistoryEntry[]): Page {
  const rows = entries.map(
    (entry) =>
      html`<tr>
        <td>${timeElement(entry.atMs)}</td>
        <td>${cell(entry.who)}</td>
        <td>${cell(entry.what)}</td>
        <td>${cell(surfaceInWords(entry.surface))}</td>
        <td>${cell(entry.site ?? '')}</td>
        <td><code>${entry.address}</code></td>
        <td><code>${entry.requestId === null ? null : shownId(entry.requestId)}</code></td>
      </tr>`,
  );
  const heads = ['When', 'Who', 'What', 'Over', 'Site', 'Address', 'Request'];
  return adminPage('Audit', table(heads, rows, { empty: 'Nothing has happened yet.' }));
}

/** The page with whoever looks at it. By the bearer nobody does, and all links are there. */
export function ofCaller(
  page: Page,
  { session, publicUrl }: { readonly session: SignedInThere | null; readonly publicUrl: string },
): Page {
  const isOperator = session === null || session.account.isOperator;
  const links = page.links?.filter(({ path }) => isOperator || !FOR_OPERATORS.includes(path));
  const places = { account: `${publicUrl}/account`, signOut: ADMIN_SIGN_OUT };
  return { ...page, session, places, ...(links === undefined ? {} : { links }) };
}

export function adminPage(title: string, content: Html): Page {
  const body = html`<h1 class="title">${title}</h1>
    <section class="card">${content}</section>`;
  return { status: 200, title, body, links: LINKS, isWide: true };
}

/** A message with the way to the other pages. */
export function adminMessage(status: number, title: string, body: Html): Page {
  return { ...messagePage(status, title, body), links: LINKS, isWide: true };
}

/** `isNarrow`: fits a phone, and is never moved sideways. */
export function table(
  heads: readonly string[],
  rows: readonly Html[],
  { empty, isNarrow = false }: { readonly empty: string; readonly isNarrow?: boolean },
): Html {
  if (rows.length === 0) return html`<p>${empty}</p>`;
  return html`<div class="scroll"${!isNarrow && html` tabindex="0"`}>
    <table${isNarrow && html` class="narrow"`}>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function cell(text: string): string {
  return fit(text, MAX_CELL_CODE_POINTS);
}
