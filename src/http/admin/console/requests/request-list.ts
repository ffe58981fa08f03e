/** How the list of requests looks. It shows; deciding is the confirm page's, the chats' and the CLI's. */
import type { RequestRecord } from '../../../../approval/request.js';
import { surfaceInWords } from '../../../../approval/card-view.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { Page } from '../../../../contract/look-ledger.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import { consolePage, live, type ConsolePage } from '../console-page.js';
import { choiceField, filterForm, textField, type Fields } from '../form-fields.js';
import { emptyWords, pageLinks } from '../paging.js';
import { cell, table } from '../table.js';

export const REQUESTS = '/requests';

export interface ListFacts {
  readonly page: Page<RequestRecord>;
  readonly fields: Fields;
  readonly isFirst: boolean;
  /** Those that wait and that whoever looks may decide. By the bearer nobody looks, and any may be. */
  readonly decidable: ReadonlySet<RequestRecord['id']> | 'all';
  readonly publicUrl: string;
  readonly nowMs: number;
}

export const STATES = ['open', 'approved', 'denied', 'expired', 'withdrawn'] as const;

export function listPage({ page, fields, isFirst, ...facts }: ListFacts): ConsolePage {
  const { found, next } = page;
  const isForOthers = found.some((request) => isOpen(request, facts.nowMs) && !isMine(request, facts));
  const content = html`${filterForm(REQUESTS, filterFields(fields))}
  ${table(
    HEADS,
    found.map((request) => rowOf(request, facts)),
    {
      empty: emptyWords(next, 'There is no such request.'),
    },
  )}
  ${isForOthers && html`<p class="hint">Only approvers of its site decide a request: those that are not yours to decide have no link for it.</p>`}
  ${pageLinks({ path: REQUESTS, fields, isFirst, next })}`;
  return live(consolePage('Requests', content));
}

const HEADS = ['Request', 'State', 'Site', 'Path', 'Address', 'Browser', 'Asked'];

function filterFields(fields: Fields): Html {
  const states = STATES.map((value) => ({ value, words: value }));
  const environments = ['dev', 'stg', 'prd'].map((value) => ({ value, words: value }));
  return html`${choiceField('state', 'State', { choices: states, chosen: fields['state'] })}
  ${choiceField('environment', 'Environment', { choices: environments, chosen: fields['environment'] })}
  ${textField('containing', 'Site, address, person or id', { type: 'search', value: fields['containing'] })}`;
}

type Facts = Pick<ListFacts, 'decidable' | 'publicUrl' | 'nowMs'>;

function rowOf(request: RequestRecord, facts: Facts): readonly (Html | string)[] {
  return [
    html`<a href="${REQUESTS}/${request.id}"><code>${shownId(request.id)}</code></a>`,
    html`${stateBadge(request, facts.nowMs)} ${how(request, facts)}`,
    html`${cell(request.host)} <span class="badge ${request.environment}">${request.environment}</span>`,
    html`<code>${cell(request.path)}</code>`,
    html`<code class="whole">${request.address}</code> ${request.country}`,
    cell(request.person ?? request.browser),
    timeElement(request.openedAtMs),
  ];
}

/** Who decided; or how long it waits still, and where it is decided. */
function how(request: RequestRecord, facts: Facts): Html | string {
  const { decision } = request;
  if (decision !== null)
    return decision.outcome === 'expired'
      ? ''
      : html`<span class="hint">${cell(decision.by)}, ${surfaceInWords(decision.over)}</span>`;
  if (!isOpen(request, facts.nowMs)) return '';
  const left = html`<span class="hint">${spanInWords(request.deadlineAtMs - facts.nowMs)} left</span>`;
  return isMine(request, facts) ? html`${left} <a href="${facts.publicUrl}/requests/${request.id}">Decide</a>` : left;
}

function isMine({ id }: RequestRecord, { decidable }: Pick<ListFacts, 'decidable'>): boolean {
  return decidable === 'all' || decidable.has(id);
}

export function isOpen({ decision, deadlineAtMs }: RequestRecord, nowMs: number): boolean {
  return decision === null && deadlineAtMs > nowMs;
}

/** One that nobody answered in time has expired, even while that is not written yet. */
export function stateBadge(request: RequestRecord, nowMs: number): Html {
  const outcome = request.decision?.outcome ?? (isOpen(request, nowMs) ? 'open' : 'expired');
  return html`<span class="badge ${outcome}">${outcome}</span>`;
}
