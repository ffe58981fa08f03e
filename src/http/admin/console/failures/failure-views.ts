/** How the pages of failures, suppressions and paused channels look. Where there is no session, there are no forms. */
import { DELIVERY_KINDS } from '../../../../approval/delivery.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type {
  FailureLine,
  FailurePage,
  PauseLine,
  SuppressionLine,
  SuppressionPage,
} from '../../../../contract/operators-failures.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { fact } from '../../../shared/pages/fact.js';
import { secondStep } from '../../../shared/pages/second-step.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { consoleMessage, consolePage, type ConsolePage } from '../console-page.js';
import { choiceField, filterForm, pathWith, textField, type Fields } from '../form-fields.js';
import { cell, table } from '../table.js';

export const FAILURES = '/failures';
export const SUPPRESSIONS = `${FAILURES}/suppressions`;
export const CHANNELS = '/queue/channels';
const UNDER = 'Failures';

/** A form for one act on one thing does no other. */
export function purposeOf(act: string, what: string): string {
  return `failures ${act} ${what}`;
}

export function listPage({ failures, next }: FailurePage, fields: Fields, isFirst: boolean): ConsolePage {
  const content = html`<p class="hint">
      What failed or bounced, kept until it is resolved. <a href="${SUPPRESSIONS}">Addresses to which no mail goes</a>
    </p>
    ${filter(fields)} ${table(HEADS, failures.map(rowOf), { empty: 'No failure fits.' })}
    <p class="aside">
      ${!isFirst && html`<a href="${pathWith(FAILURES, fields)}">Newest</a> `}
      ${next !== null && html`<a href="${pathWith(FAILURES, { ...fields, cursor: next })}">Older</a>`}
    </p>`;
  return consolePage(UNDER, content);
}

const HEADS = ['Failed', 'State', 'Channel', 'Kind', 'Recipient', 'Site', 'Reason', 'Sent again'];

function filter(fields: Fields): Html {
  const words = (values: readonly string[]) => values.map((value) => ({ value, words: value }));
  return filterForm(
    FAILURES,
    html`${choiceField('state', 'State', { choices: words(['failed', 'bounced']), chosen: fields['state'] })}
    ${choiceField('kind', 'Kind', { choices: words(DELIVERY_KINDS), chosen: fields['kind'] })}
    ${choiceField('redriven', 'Sent again', { choices: AGAIN, chosen: fields['redriven'] })}
    ${textField('channel', 'Channel', { value: fields['channel'] ?? '' })}
    ${textField('site', 'Site', { value: fields['site'] ?? '' })}
    ${textField('recipient', 'Recipient', { value: fields['recipient'] ?? '', hint: 'a part of it' })}`,
  );
}

const AGAIN = [
  { value: 'false', words: 'no' },
  { value: 'true', words: 'yes' },
] as const;

function rowOf(one: FailureLine): readonly (Html | string)[] {
  return [
    html`<a href="${FAILURES}/${one.id}">${time(one.failedAt)}</a>`,
    state(one),
    one.channel,
    one.kind,
    cell(one.recipient),
    cell(one.site ?? ''),
    html`<code>${one.reason}</code>`,
    one.redrivenAs === null ? '' : linkTo(one.redrivenAs),
  ];
}

export function failurePage(one: FailureLine, session: SignedInThere | null): ConsolePage {
  const content = html`<dl>
      ${fact('State', state(one))} ${fact('Reason', html`<code>${one.reason}</code> ${inWords(one.reason)}`)}
      ${fact('Recipient', one.recipient)} ${fact('Channel', one.channel)} ${fact('Kind', one.kind)}
      ${fact('Site', one.site ?? 'none')} ${fact('About', aboutOf(one))} ${fact('Attempts', String(one.attempts))}
      ${fact('Made', time(one.madeAt))} ${fact('Failed', time(one.failedAt))}
      ${one.resendUntil !== null && fact('Text kept until', time(one.resendUntil))}
      ${one.redrivenAs !== null && fact('Sent again as', linkTo(one.redrivenAs))}
    </dl>
    ${session !== null && actsOn(one, session)}
    <p class="aside">
      <a href="/queue/${one.id}">Its delivery, with every attempt</a> <a href="${FAILURES}">To the failures</a>
    </p>`;
  return consolePage(`Failure ${one.id}`, content, UNDER);
}

/** Of codes that say nothing of what a platform answered. */
function inWords(reason: string): Html | false {
  switch (reason) {
    case 'suppressed':
      return html`<span class="hint">no mail goes to <a href="${SUPPRESSIONS}">this address</a></span>`;
    case 'too_late':
      return html`<span class="hint">its end came before it could be sent</span>`;
    default:
      return false;
  }
}

function actsOn(one: FailureLine, session: SignedInThere): Html {
  const form = (act: string, label: string) =>
    actForm(`${FAILURES}/${one.id}/${act}`, purposeOf(act, one.id), { session, label });
  const again = isErased(one)
    ? html`<p class="hint">Its text is erased, because its time is over: it cannot be sent again.</p>`
    : form('retry', 'Send it again');
  return html`<h2>What to do</h2>
    ${one.redrivenAs === null && again}
    ${secondStep(
      'Resolve it',
      html`<p>
          Nothing is to be done any more: the record goes, with the text that is kept, and it cannot be sent again.
        </p>
        ${form('resolve', 'Yes, resolve it')}`,
    )}`;
}

/** Cards and callbacks have no text of their own. */
function isErased({ kind, resendUntil }: FailureLine): boolean {
  return kind !== 'card' && kind !== 'callback' && resendUntil === null;
}

function actForm(
  path: string,
  purpose: string,
  {
    session,
    label,
    fields = {},
  }: { readonly session: SignedInThere; readonly label: string; readonly fields?: Fields },
): Html {
  return html`<form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purpose)}" />
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button>${label}</button>
  </form>`;
}

export function suppressionsPage({ suppressions, next }: SuppressionPage, session: SignedInThere | null): ConsolePage {
  const heads = ['Address', 'Reason', 'Set by', 'Since', 'Until', ...(session === null ? [] : ['What to do'])];
  const rows = suppressions.map((one) => suppressionRow(one, session));
  const content = html`<p class="hint">
      No mail goes to these addresses: one bounced for good, their owner complained, or an operator said so.
    </p>
    ${table(heads, rows, { empty: 'Mails go to every address.' })}
    <p class="aside">
      ${next !== null && html`<a href="${pathWith(SUPPRESSIONS, { cursor: next })}">More</a> `}
      <a href="${FAILURES}">To the failures</a>
    </p>`;
  return consolePage('Suppressed addresses', content, UNDER);
}

function suppressionRow(one: SuppressionLine, session: SignedInThere | null): readonly (Html | string)[] {
  const { address, reason, code, delivery } = one;
  const why = html`${reason.replace('_', ' ')} ${code !== null && html`<code>${cell(code)}</code>`}`;
  const lift =
    session === null
      ? []
      : [actForm(`${SUPPRESSIONS}/lift`, purposeOf('lift', address), { session, label: 'Lift', fields: { address } })];
  const by = delivery === null ? cell(one.setBy) : html`by ${linkTo(delivery)}`;
  return [cell(address), why, by, time(one.since), time(one.until), ...lift];
}

export function channelsPage(
  channels: readonly string[],
  pauses: readonly PauseLine[],
  session: SignedInThere | null,
): ConsolePage {
  const heads = ['Channel', 'State', ...(session === null ? [] : ['What to do'])];
  const rows = channels.map((channel) => {
    const pause = pauses.find((one) => one.channel === channel);
    const act = pause === undefined ? 'pause' : 'resume';
    const label = pause === undefined ? `Pause ${channel}` : `Resume ${channel}`;
    const fields = { channel };
    const form = (by: SignedInThere) =>
      actForm(`${CHANNELS}/${act}`, purposeOf(act, channel), { session: by, label, fields });
    return [channel, pause === undefined ? 'open' : pauseInWords(pause), ...(session === null ? [] : [form(session)])];
  });
  const content = html`<p class="hint">
      Over a channel that is paused nothing is sent, in no process, until it is resumed. What waits is kept; messages
      past their end are given up.
    </p>
    ${table(heads, rows, { empty: 'There is no channel.' })}
    <p class="aside"><a href="/queue">To the queue</a></p>`;
  return consolePage('Channels', content, 'Queue');
}

export function pauseInWords({ reason, since, pausedBy, probeAt }: PauseLine): Html {
  const by = pausedBy === null ? html`by its provider` : html`by ${pausedBy}`;
  const again = probeAt !== null && html`; tried again ${time(probeAt)}`;
  return html`<strong>paused</strong> ${by}, ${time(since)}: ${cell(reason)}${again}`;
}

export function saidPage(
  status: number,
  title: string,
  { words, back }: { readonly words: Html; readonly back: string },
): ConsolePage {
  const button = html`<p><a class="button" href="${back}">Back</a></p>`;
  return { ...consoleMessage(status, title, html`${words}${button}`), under: back === CHANNELS ? 'Queue' : UNDER };
}

function state({ state: name }: FailureLine): Html {
  return html`<span class="badge ${name}">${name}</span>`;
}

function aboutOf({ request, about }: FailureLine): Html | string {
  return request === null
    ? (about ?? 'nothing')
    : html`request <a href="/requests/${request}"><code>${shownId(request)}</code></a>`;
}

function linkTo(id: string): Html {
  return html`<a href="/queue/${id}"><code>${id}</code></a>`;
}

function time(iso: string): Html {
  return timeElement(Date.parse(iso));
}
