/** How the queue's pages look that do something to many deliveries: first how many fit, then what was done. */
import { html, type Html } from '../../../../base/text/html.js';
import type { PurgeAnswer, RetryManyAnswer } from '../../../../contract/operators-queue.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { fact } from '../../../shared/pages/fact.js';
import { consoleMessage, consolePage, type ConsolePage } from '../console-page.js';
import type { FilterFields } from './queue-filter-form.js';
import { backToQueue, purposeOf, QUEUE, queryOf, type Act } from './queue-views.js';

export const MANY = { retry: `${QUEUE}/retry`, delete: `${QUEUE}/delete` } as const;

interface Asked {
  readonly fields: FilterFields;
  readonly session: SignedInThere | null;
}

export function purgePreview({ count, isMore }: PurgeAnswer, asked: Asked): ConsolePage {
  const what = html`<p>
    <strong>${inWords(count)}</strong> that ${count === 1 ? 'has' : 'have'} ended and that nobody needs any more
    ${count === 1 ? 'fits' : 'fit'}. ${isMore && 'There are more: these are the newest 10,000.'} What waits, is being
    sent, or is a card that is still to be redrawn stays.
  </p>`;
  const form = count > 0 && formFor('delete', { ...asked, label: `Delete ${inWords(count)}` });
  return previewPage('Delete from the queue', { ...asked, what, form });
}

export function retryPreview({ count, isMore }: RetryManyAnswer, asked: Asked): ConsolePage {
  const what = html`<p>
    <strong>${inWords(count)}</strong> ${count === 1 ? 'fits and was' : 'fit and were'} not sent again yet.
    ${isMore && 'There are more: these are the newest 1,000.'} Cards whose request is decided or over, and messages
    whose text is erased, are left out as it comes to them.
  </p>`;
  const form = count > 0 && formFor('retry', { ...asked, label: `Send ${inWords(count)} again` });
  return previewPage('Send again', { ...asked, what, form });
}

function previewPage(
  title: string,
  { fields, what, form }: Pick<Asked, 'fields'> & { readonly what: Html; readonly form: Html | false | null },
): ConsolePage {
  const given = Object.entries(fields).map(([name, value]) => fact(name.replace('_', ' '), value));
  const content = html`<dl>${given}</dl>
    ${what} ${form}
    <p class="aside"><a href="${QUEUE}?${queryOf(fields)}">Back</a></p>`;
  return consolePage(title, content, 'Queue');
}

function formFor(
  act: keyof typeof MANY & Act,
  { fields, session, label }: Asked & { readonly label: string },
): Html | null {
  if (session === null) return null;
  return html`<form method="post" action="${MANY[act]}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(act, queryOf(fields)))}" />
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button>${label}</button>
  </form>`;
}

export function purgedPage({ count, isMore }: PurgeAnswer): ConsolePage {
  const more = isMore && html`<p>There are more that fit: delete again.</p>`;
  const done = html`<p>${inWords(count)} ${count === 1 ? 'is' : 'are'} gone, with all attempts.</p>`;
  return consoleMessage(200, 'Deleted', html`${done}${more}${backToQueue()}`);
}

export function retriedManyPage({ count, refused, isMore }: RetryManyAnswer): ConsolePage {
  const left = Object.entries(refused).map(([reason, many]) => fact(reason.replaceAll('_', ' '), inWords(many)));
  const others =
    left.length > 0 &&
    html`<p>Not sent again:</p>
      <dl>${left}</dl>`;
  const more = isMore && html`<p>There are more that fit: send again once you have seen how these fare.</p>`;
  const done = html`<p>${inWords(count)} ${count === 1 ? 'is' : 'are'} sent again.</p>`;
  return consoleMessage(200, 'Sent again', html`${done}${others}${more}${backToQueue()}`);
}

function inWords(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'delivery' : 'deliveries'}`;
}
