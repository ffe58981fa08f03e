/** The admin plane's pages: which requests wait, and what was done. They show; deciding is the confirm page's and the CLI's. */
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
  { path: '/', name: 'Requests' },
  { path: '/queue', name: 'Queue' },
  { path: '/audit', name: 'Audit' },
  { path: '/accounts', name: 'Accounts' },
  { path: '/metrics', name: 'Metrics' },
];
const FOR_OPERATORS: readonly string[] = ['/queue', '/accounts', '/metrics'];
const MAX_CELL_CODE_POINTS = 160;

export interface PendingFacts {
  readonly requests: readonly RequestRecord[];
  /** Those that whoever looks may decide. By the bearer nobody looks, and any may be. */
  readonly decidable: ReadonlySet<RequestRecord['id']> | 'all';
  readonly publicUrl: string;
  readonly nowMs: number;
}

export function pendingPage({ requests, decidable, publicUrl, nowMs }: PendingFacts): Page {
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
  return adminPage('Requests', content);
}

export function auditPage(entries: readonly HistoryEntry[]): Page {
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
  return adminPage('Audit', table(heads, rows, { empty: 'Nothing has happened yet.' }));
}

function orNone<T>(value: T | null, draw: (value: T) => Html | string): Html | string {
  return value === null ? '' : draw(value);
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

/** `under`: the name of the link that leads to it, or to the list that it is of. */
export function adminPage(title: string, content: Html, under: string = title): Page {
  const body = html`<h1 class="title">${title}</h1>
    <section class="card">${content}</section>`;
  return { status: 200, title, body, links: linksFrom(under), isWide: true };
}

function linksFrom(under: string): NonNullable<Page['links']> {
  return LINKS.map((link) => ({ ...link, isHere: link.name === under }));
}

/** A message with the way to the other pages. */
export function adminMessage(status: number, title: string, body: Html): Page {
  return { ...messagePage(status, title, body), links: LINKS, isWide: true };
}

/** On a phone each row is a card, in which every cell has its head beside it. `isNarrow`: fits half a window, and is never moved sideways. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
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
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((value, at) => tableCell(heads[at] ?? '', value))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** One that is empty takes no line of a card. */
function tableCell(head: string, value: Html | string): Html {
  return value === '' ? html`<td></td>` : html`<td data-label="${head}"><span>${value}</span></td>`;
}

function cell(text: string): string {
  return fit(text, MAX_CELL_CODE_POINTS);
}
