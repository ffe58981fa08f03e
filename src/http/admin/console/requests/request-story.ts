/** One request's whole story: what was asked, whom it was put before and how those cards stand, who decided, and what the audit tells. */
import type { Decision, RequestRecord } from '../../../../approval/request.js';
import { outcomeSentence, revocationSentence } from '../../../../approval/card-view.js';
import { durationInWords } from '../../../../approval/duration.js';
import { denialSentence, passingSentence } from '../../../../approval/sentences.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { ShownRequest } from '../../../../contract/desk.js';
import type { AuditLine } from '../../../../contract/looks.js';
import type { AttemptLine, DeliveryView } from '../../../../contract/operators-queue.js';
import { fact } from '../../../shared/pages/fact.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import { auditTable } from '../audit/audit-table.js';
import { cardsPage, live, type ConsolePage } from '../console-page.js';
import { cell, table } from '../table.js';
import { isOpen, stateBadge } from './request-list.js';

export interface Story {
  readonly request: ShownRequest;
  readonly cards: readonly DeliveryView[];
  readonly entries: readonly AuditLine[];
  /** Null: it is not for whoever looks to decide. */
  readonly decideAt: string | null;
  readonly isOperator: boolean;
  readonly nowMs: number;
}

export function storyPage(story: Story): ConsolePage {
  const { request, cards, entries, isOperator } = story;
  const body = html`<section class="card">${asked(story)}</section>
    <section class="card">
      <h2>Cards</h2>
      ${table(
        CARD_HEADS,
        cards.map((card) => cardRow(card, isOperator)),
        { empty: 'Nobody was asked.' },
      )}
    </section>
    <section class="card">
      <h2>What happened</h2>
      ${auditTable(entries, { empty: 'The audit trail tells nothing of it any more.', isOfOne: true })}
    </section>`;
  return live(cardsPage(`Request ${shownId(request.id)}`, body, 'Requests'));
}

function asked({ request, decideAt, isOperator, nowMs }: Story): Html {
  const { host, environment, path, address, country, browser, person, producer } = request;
  return html`<p class="lead">${sentence(request, nowMs)}</p>
    <dl>
      ${fact('State', stateBadge(request, nowMs))}
      ${fact('Site', html`${host} <span class="badge ${environment}">${environment}</span>`)}
      ${fact('Path', html`<code>${cell(path)}</code>`)} ${fact('Address', html`<code>${address}</code> ${country}`)}
      ${fact('Browser', browser)} ${person !== undefined && fact('Person', person)}
      ${fact('Asked', timeElement(request.openedAtMs))}
      ${isOpen(request, nowMs) && fact('Time left', spanInWords(request.deadlineAtMs - nowMs))}
      ${fact('Opened by', producer === 'gate' ? 'our own gate' : producer)}
      ${request.decision !== null && decided(request.decision)} ${fact('Id', html`<code>${request.id}</code>`)}
    </dl>
    ${request.passing !== undefined && html`<p class="hint">${passingSentence(request, request.passing)}</p>`}
    <p class="aside">
      ${decideAt !== null && isOpen(request, nowMs) && html`<a class="button primary" href="${decideAt}">Decide on the confirm page</a>`}
      ${isOperator && request.decision?.outcome === 'approved' && html`<a href="/grants?containing=${encodeURIComponent(address)}">Grants of this address</a>`}
    </p>`;
}

function sentence(request: RequestRecord, nowMs: number): string {
  const { decision, deadlineAtMs } = request;
  if (decision !== null) return `${outcomeSentence(decision)}.`;
  if (!isOpen(request, nowMs)) return 'Expired: nobody answered in time. This is not a refusal.';
  const reached = request.isNobodyReached === true ? ' No card of it could be delivered yet.' : '';
  return `It waits for an answer, for ${spanInWords(deadlineAtMs - nowMs)} more.${reached}`;
}

function decided(decision: Decision): Html {
  const { grantedUntilMs, atMs } = decision;
  return html`${fact('Decided', timeElement(atMs))}
  ${grantedUntilMs !== null && fact('May pass until', timeElement(grantedUntilMs))}
  ${factOrNot('Revoked', revocationSentence(decision))} ${factOrNot('Reason', denialSentence(decision))}`;
}

function factOrNot(name: string, value: string | null): Html | null {
  return value === null ? null : fact(name, value);
}

const CARD_HEADS = ['Channel', 'Before', 'State', 'Last reason', 'Attempts'];

function cardRow(card: DeliveryView, isOperator: boolean): readonly (Html | string)[] {
  const { id, channel, kind, state, recipient, lastReason, isMaybeDuplicate, log } = card;
  const name = kind === 'card' ? channel : `${channel} (${kind})`;
  return [
    isOperator ? html`<a href="/queue/${id}">${name}</a>` : name,
    cell(recipient),
    html`<span class="badge ${state}">${state.replace('_', ' ')}</span>
      ${isMaybeDuplicate && html`<span class="hint">perhaps twice</span>`}`,
    lastReason === null ? '' : html`<code>${lastReason}</code>`,
    log.length === 0
      ? 'none yet'
      : html`<ol class="attempts" reversed>
          ${log.slice(0, MAX_SHOWN).map(attempt)}
        </ol>`,
  ];
}

const MAX_SHOWN = 10;
const TASKS: Readonly<Record<AttemptLine['task'], string>> = {
  notify: 'sent',
  update: 'redrawn',
  follow_up: 'told anew',
};

function attempt({ startedAt, task, outcome, reason, tookMs }: AttemptLine): Html {
  const end = outcome === null ? 'running' : `${outcome}${tookMs === null ? '' : ` after ${millis(tookMs)}`}`;
  return html`<li>
    ${timeElement(Date.parse(startedAt))}: to be ${TASKS[task]}, ${end}
    ${reason !== null && html`<code>${reason}</code>`}
  </li>`;
}

function millis(ms: number): string {
  return ms < 10_000 ? `${String(ms)} ms` : durationInWords(Math.round(ms / 1_000));
}
