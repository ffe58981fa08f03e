/** How the overview looks: one sentence, numbers of the last day, channels, what needs a hand, and who waits. */
import type { Outcome, RequestRecord } from '../../../../approval/request.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { DeliveriesStanding, OutcomeCount } from '../../../../contract/look-ledger.js';
import { banner, type Tone } from '../../../shared/pages/message-page.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import { cardsPage, live, type ConsolePage } from '../console-page.js';
import { FAILURES } from '../failures/failure-views.js';
import type { ProviderGate } from '../../../../contract/mail-routing.js';
import { pausedItem, refusingItem } from './paused-items.js';
import { cell, table } from '../table.js';
import type { ChannelHealth, Health } from './health.js';

export interface Theirs {
  /** Those that wait. */
  readonly requests: readonly RequestRecord[];
  /** Of the last day. */
  readonly outcomes: readonly OutcomeCount[];
  readonly nowMs: number;
}

interface Everything extends Theirs {
  readonly health: Health;
  readonly gates: readonly ProviderGate[];
  readonly deliveries: DeliveriesStanding;
  readonly grants: number;
}

/** Waits longer than it should: an attempt is made again after minutes at the most. */
const LATE_MS = 900_000;
const SHOWN = 10;

export function operatorPage(facts: Everything): ConsolePage {
  const { health, requests, grants } = facts;
  const waiting = health.channels.reduce((sum, channel) => sum + channel.waiting, 0);
  const oldestMs = Math.max(0, ...health.channels.map(({ oldestAgeMs }) => oldestAgeMs));
  const numbers = [
    number('Open requests', requests.length, { path: '/requests?state=open' }),
    ...decisions(facts),
    number('Live grants', grants, { path: '/grants' }),
    number('To be sent', `${String(waiting)}${facts.deliveries.isMore ? ' and more' : ''}`, {
      path: '/queue',
      hint: waiting > 0 ? `the oldest for ${spanInWords(oldestMs)}` : '',
    }),
  ];
  const body = html`<section class="card">${verdict(health.tone, health.sentence)} ${statistics(numbers)}</section>
    ${needsAHand(facts)}
    <section class="card">
      <h2>Channels</h2>
      ${table(['Channel', 'Health', 'Last success', 'To be sent'], health.channels.map(channelRow), { empty: 'None is set up.', isNarrow: true })}
    </section>
    ${waitingCard(facts)}`;
  return live(cardsPage('Overview', body));
}

export function approverPage(facts: Theirs): ConsolePage {
  const { requests } = facts;
  const sentence =
    requests.length === 0
      ? 'Nothing waits for you.'
      : `${String(requests.length)} ${requests.length === 1 ? 'request waits' : 'requests wait'} for you.`;
  const body = html`<section class="card">
      ${verdict(requests.length === 0 ? 'good' : 'calm', sentence)} ${statistics(decisions(facts))}
    </section>
    ${waitingCard(facts)}`;
  return live(cardsPage('Overview', body));
}

function number(
  name: string,
  value: number | string,
  { path, hint = '' }: { readonly path: string; readonly hint?: string },
): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <a href="${path}">${typeof value === 'number' ? value.toLocaleString('en') : value}</a>
      ${hint !== '' && html`<span class="hint">${hint}</span>`}
    </dd>
  </div>`;
}

/** Below the page's own heading. */
function verdict(tone: Tone, sentence: string): Html {
  return banner(tone, sentence, 'h2');
}

function statistics(numbers: readonly Html[]): Html {
  return html`<dl class="numbers">${numbers}</dl>`;
}

const DECIDED: readonly (readonly [Outcome, string])[] = [
  ['approved', 'Approved, 24 h'],
  ['denied', 'Denied, 24 h'],
  ['expired', 'Expired, 24 h'],
];

function decisions({ outcomes }: Theirs): readonly Html[] {
  return DECIDED.map(([outcome, name]) => {
    const count = outcomes.filter((one) => one.outcome === outcome).reduce((sum, one) => sum + one.count, 0);
    return number(name, count, { path: `/requests?state=${outcome}` });
  });
}

const HEALTH = { works: 'works', trouble: 'trouble', paused: 'paused', idle: 'idle' } as const;

function channelRow({
  name,
  state,
  sentAtMs,
  reason,
  waiting,
  oldestAgeMs,
}: ChannelHealth): readonly (Html | string)[] {
  return [
    html`<a href="/queue?transport=${encodeURIComponent(name)}">${name}</a>`,
    html`<span class="badge ${state}">${HEALTH[state]}</span> ${reason !== null && html`<code>${reason}</code>`}`,
    sentAtMs === null ? 'none lately' : timeElement(sentAtMs),
    waiting === 0 ? 'nothing' : `${String(waiting)}, the oldest for ${spanInWords(oldestAgeMs)}`,
  ];
}

/** Each with a link to where it is mended. */
function needsAHand({ health, gates, deliveries, requests }: Everything): Html | null {
  const { failedLately } = deliveries;
  const items = [
    ...health.partsDown.map(
      ({ name, why }) =>
        html`<li><strong>${name}</strong> is not ready: ${why}. <code>gate doctor</code> says what to do.</li>`,
    ),
    ...health.channels.flatMap((channel) => channelItem(channel) ?? []),
    ...gates.flatMap((gate) => refusingItem(gate) ?? []),
    ...requests
      .filter(({ isNobodyReached }) => isNobodyReached === true)
      .slice(0, SHOWN)
      .map(
        ({ id, host }) =>
          html`<li>
            Nobody could be asked about <a href="/requests/${id}">request ${shownId(id)}</a> for ${cell(host)}.
          </li>`,
      ),
    ...(failedLately === 0
      ? []
      : [
          html`<li>
            <a href="${FAILURES}?redriven=false"
              >${String(failedLately)} ${failedLately === 1 ? 'delivery' : 'deliveries'}</a
            >
            failed or bounced within a day and ${failedLately === 1 ? 'was' : 'were'} not sent again.
          </li>`,
        ]),
  ];
  if (items.length === 0) return null;
  return html`<section class="card">
    <h2>Needs a hand</h2>
    <ul>
      ${items}
    </ul>
  </section>`;
}

function channelItem(channel: ChannelHealth): Html | null {
  const { name, state, reason, waiting, oldestAgeMs } = channel;
  const link = html`<a href="/queue?transport=${encodeURIComponent(name)}">${name}</a>`;
  const why = reason !== null && html` (<code>${reason}</code>)`;
  if (state === 'paused') return pausedItem(channel);
  if (state === 'trouble') return html`<li>What was last sent over ${link} did not arrive${why}.</li>`;
  if (waiting > 0 && oldestAgeMs > LATE_MS)
    return html`<li>Over ${link} the oldest waits for ${spanInWords(oldestAgeMs)}.</li>`;
  return null;
}

function waitingCard({ requests, nowMs }: Theirs): Html {
  const rows = requests
    .slice(0, SHOWN)
    .map(({ id, host, address, environment, deadlineAtMs }) => [
      html`<a href="/requests/${id}"><code>${shownId(id)}</code></a>`,
      html`${cell(host)} <span class="badge ${environment}">${environment}</span>`,
      html`<code class="whole">${address}</code>`,
      spanInWords(deadlineAtMs - nowMs),
    ]);
  return html`<section class="card">
    <h2>Waiting for an answer</h2>
    ${table(['Request', 'Site', 'Address', 'Time left'], rows, { empty: 'No request waits for an answer.', isNarrow: true })}
    ${requests.length > SHOWN && html`<p class="aside"><a href="/requests?state=open">All ${String(requests.length)}</a></p>`}
  </section>`;
}
