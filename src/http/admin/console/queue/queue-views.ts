/** How the queue's pages look. They know nothing of who may do what: where there is no session, there are no forms. */
import { isRetriable, isUnderWay, RETRIABLE_STATES } from '../../../../approval/delivery.js';
import { fit } from '../../../../base/text/fit.js';
import { html, type Html } from '../../../../base/text/html.js';
import { shownId } from '../../../../approval/short-id.js';
import type {
  AttemptLine,
  CancelAnswer,
  DeliveryLine,
  DeliveryPage,
  DeliveryView,
  RetryAnswer,
} from '../../../../contract/operators-queue.js';
import type { PauseLine } from '../../../../contract/operators-failures.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { fact } from '../../../shared/pages/fact.js';
import { CHANNELS, pauseInWords } from '../failures/failure-views.js';
import { placeOf } from '../mail/places.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import type { Refusal } from '../../../shared/reply.js';
import { consoleMessage, consolePage, live, type ConsolePage } from '../console-page.js';
import { table } from '../table.js';
import { filterForm, type FilterFields } from './queue-filter-form.js';

export const QUEUE = '/queue';
export const ACTS = ['retry', 'cancel', 'delete'] as const;
export type Act = (typeof ACTS)[number];

const MAX_CELL_CODE_POINTS = 80;

/** A form for one act on one delivery, or on what one filter names, does no other. */
export function purposeOf(act: Act, what: string): string {
  return `queue ${act} ${what}`;
}

export function queryOf(fields: FilterFields): string {
  return new URLSearchParams(fields).toString();
}

interface ListOptions {
  readonly fields: FilterFields;
  readonly isFirst: boolean;
  readonly pauses: readonly PauseLine[];
}

export function listPage({ deliveries, next }: DeliveryPage, { fields, isFirst, pauses }: ListOptions): ConsolePage {
  const query = queryOf(fields);
  const mayRetry = RETRIABLE_STATES.some((state) => state === fields['state']);
  const hasSome = deliveries.length > 0 || next !== null;
  const empty = next === null ? 'No delivery fits.' : 'None of those looked at fits so far: look at older ones.';
  const standing = pauses.map((pause) => html`<li>${pause.channel}: ${pauseInWords(pause)}</li>`);
  const content = html`${
      standing.length > 0 &&
      html`<ul>
        ${standing}
      </ul>`
    }
    ${filterForm(fields)} ${table(HEADS, deliveries.map(rowOf), { empty })}
    <p class="aside">
      ${!isFirst && html`<a href="${QUEUE}?${query}">Newest</a> `}
      ${next !== null && html`<a href="${QUEUE}?${queryOf({ ...fields, cursor: next })}">Older</a> `}
      ${hasSome && mayRetry && html`<a href="${QUEUE}/retry?${query}">Send these again…</a> `}
      ${hasSome && query !== '' && html`<a href="${QUEUE}/delete?${query}">Delete what has ended of these…</a> `}
      <a href="${CHANNELS}">Pause or resume a channel</a>
    </p>`;
  return live(consolePage('Queue', content));
}

const HEADS = ['Made', 'State', 'Channel', 'Kind', 'Recipient', 'Site', 'Attempts', 'Last reason'];

function rowOf(one: DeliveryLine): readonly (Html | string)[] {
  return [
    html`<a href="${QUEUE}/${one.id}">${time(one.createdAt)}</a>`,
    state(one),
    one.channel,
    one.kind,
    cell(one.recipient),
    cell(one.site ?? ''),
    String(one.attempts),
    one.lastReason === null ? '' : html`<code>${one.lastReason}</code>`,
  ];
}

export function deliveryPage(one: DeliveryView, session: SignedInThere | null): ConsolePage {
  const content = html`<dl>
      ${fact('State', state(one))} ${fact('Recipient', one.recipient)} ${fact('Channel', channelOf(one))}
      ${one.provider !== null && fact('Goes out by', html`${linkToProvider(one.provider)}, from ${one.mailbox ?? ''}`)}
      ${fact('Kind', one.kind)} ${fact('Site', one.site ?? 'none')} ${fact('About', aboutOf(one))}
      ${fact('Made', time(one.createdAt))} ${fact('Due', one.dueAt === null ? 'nothing' : time(one.dueAt))}
      ${fact('Ends', time(one.endsAt))} ${fact('Last reason', one.lastReason ?? 'none')}
      ${one.redriveOf !== null && fact('In place of', linkTo(one.redriveOf))}
      ${one.redrivenAs !== null && fact('Sent again as', linkTo(one.redrivenAs))}
    </dl>
    <h2>Attempts</h2>
    ${table(['Began', 'Attempt', 'Outcome'], one.log.map(attemptRow), { empty: 'There was no attempt yet.', isNarrow: true })}
    ${session !== null && actsOn(one, session)}
    <p class="aside"><a href="${QUEUE}">To the queue</a></p>`;
  return live(consolePage(`Delivery ${one.id}`, content, 'Queue'));
}

function attemptRow(one: AttemptLine): readonly (Html | string)[] {
  const { startedAt, attempt, task, outcome, reason, tookMs, clientRequestId, providerRequestId } = one;
  const way = one.provider === null ? null : `by ${one.provider}, from ${one.mailbox ?? ''}`;
  const ended = html`${outcome ?? 'running'} ${reason !== null && html`<code>${reason}</code>`}
  ${tookMs !== null && html`<span class="hint">${String(tookMs)} ms</span>`}
  ${way !== null && html`<span class="hint">${way}</span>`}
  ${clientRequestId !== null && html`<span class="hint">our id <code>${clientRequestId}</code></span>`}
  ${providerRequestId !== null && html`<span class="hint">the provider’s id <code>${providerRequestId}</code></span>`}`;
  return [time(startedAt), `${String(attempt)}, ${task.replace('_', ' ')}`, ended];
}

function actsOn(one: DeliveryLine, session: SignedInThere): Html {
  const isActive = isUnderWay(one.state);
  const mayRetry = isRetriable(one.state) && one.redrivenAs === null;
  return html`<h2>What to do</h2>
    ${mayRetry && form(one.id, { act: 'retry', session, label: 'Send it again' })}
    ${isActive && form(one.id, { act: 'cancel', session, label: 'Cancel it' })}
    ${
      !isActive &&
      html`<details>
        <summary>Delete it</summary>
        <p>The delivery and its attempts are gone then; the audit says that they were there.</p>
        ${form(one.id, { act: 'delete', session, label: 'Yes, delete it' })}
      </details>`
    }`;
}

interface Button {
  readonly act: Act;
  readonly session: SignedInThere;
  readonly label: string;
}

function form(id: string, { act, session, label }: Button): Html {
  return html`<form method="post" action="${QUEUE}/${id}/${act}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(act, id))}" />
    <button>${label}</button>
  </form>`;
}

export function retriedPage({ id, redriveOf }: RetryAnswer): ConsolePage {
  const body = html`<p>A new delivery is in its place and is sent now. The former one, ${linkTo(redriveOf)}, stays.</p>
    <p><a class="button" href="${QUEUE}/${id}">To the new one</a></p>`;
  return consoleMessage(200, 'Sent again', body);
}

export function cancelledPage({ id, isMaybeUnderWay }: CancelAnswer): ConsolePage {
  const what = isMaybeUnderWay
    ? html`<p>
        <strong>It may be under way:</strong> an attempt was running, and what it has handed over cannot be called back.
        Whatever comes of it changes nothing here.
      </p>`
    : html`<p>It is not sent.</p>`;
  return consoleMessage(
    200,
    'Cancelled',
    html`${what}
      <p><a class="button" href="${QUEUE}/${id}">To the delivery</a></p>`,
  );
}

export function removedPage(id: string): ConsolePage {
  return consoleMessage(
    200,
    'Deleted',
    html`<p><code>${id}</code> is gone, with its attempts.</p>
      ${backToQueue()}`,
  );
}

/** `id`: of the delivery that is there all the same. */
export function refusedPage({ status, body }: Refusal, id: string | null = null): ConsolePage {
  const way = id === null ? backToQueue() : html`<p><a class="button" href="${QUEUE}/${id}">To the delivery</a></p>`;
  return consoleMessage(
    status,
    'Nothing changed',
    html`<p>${String(body['error'])}</p>
      ${way}`,
  );
}

export function badFilterPage(problems: string): ConsolePage {
  return consoleMessage(
    400,
    'Not understood',
    html`<p>${problems}</p>
      ${backToQueue()}`,
  );
}

export function backToQueue(): Html {
  return html`<p><a class="button" href="${QUEUE}">To the queue</a></p>`;
}

function state({ state: name, isMaybeDuplicate }: DeliveryLine): Html {
  const twice = isMaybeDuplicate && html` <span class="hint">perhaps twice</span>`;
  return html`<span class="badge ${name}">${name.replace('_', ' ')}</span>${twice}`;
}

function channelOf({ channel, transport }: DeliveryLine): string {
  return channel === transport ? channel : `${channel}, carried by ${transport}`;
}

function aboutOf({ request, about }: DeliveryLine): Html | string {
  return request === null ? (about ?? 'nothing') : html`request <code>${shownId(request)}</code>`;
}

function linkTo(id: string): Html {
  return html`<a href="${QUEUE}/${id}"><code>${id}</code></a>`;
}

function linkToProvider(name: string): Html {
  return html`<a href="${placeOf({ kind: 'provider', id: name })}">${name}</a>`;
}

function time(iso: string): Html {
  return timeElement(Date.parse(iso));
}

function cell(text: string): string {
  return fit(text, MAX_CELL_CODE_POINTS);
}
