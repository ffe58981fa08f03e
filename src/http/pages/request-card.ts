/** One request on a page: its facts, its state, and the form that decides it. */
import { outcomeSentence, revocationSentence } from '../../approval/card-view.js';
import { durationInWords } from '../../approval/duration.js';
import type { Decision, Outcome, RequestRecord } from '../../approval/request.js';
import { denialSentence } from '../../approval/sentences.js';
import { fit } from '../../base/fit.js';
import type { Session } from '../../identity/identity.js';
import { html, type Html } from '../../base/html.js';
import { fact } from './fact.js';
import { banner, type Tone } from './message-page.js';
import { spanInWords, timeElement } from './time-in-words.js';

const MAX_PATH_CODE_POINTS = 300;
const MAX_BROWSER_CODE_POINTS = 120;

/** What a page needs to draw a decide form. */
export interface DecideForm {
  /** Where it posts to; also what its CSRF token is bound to. */
  readonly action: string;
  readonly session: Session;
  /** Names this form's tap, so that a double press is one tap. */
  readonly tapId: string;
  readonly nowMs: number;
}

export function decidePurpose(action: string): string {
  return `decide ${action}`;
}

export function pendingCard(request: RequestRecord, form: DecideForm, heading: Html): Html {
  const left = spanInWords(request.deadlineAtMs - form.nowMs).replaceAll(' ', '\u00a0');
  return html`<section class="card" aria-label="Request for ${request.host}">
    ${heading} ${factsOf(request)}
    <p class="hint">
      Open until ${timeElement(request.deadlineAtMs)}: ${left} left. The visitor's page waits for your answer.
    </p>
    ${decideForm(request, form)}
  </section>`;
}

export function pendingHeading(request: RequestRecord): Html {
  return html`<p class="eyebrow">Access requested ${badge(request)}</p>
    <h1 class="host">${fit(request.host, 253)}</h1>`;
}

/** In a list the host leads to the request's own page. */
export function listHeading(request: RequestRecord): Html {
  const title = html`<a href="/requests/${request.id}">${fit(request.host, 253)}</a>`;
  return html`<p class="eyebrow">Access requested ${badge(request)}</p>
    <h2 class="host">${title}</h2>`;
}

export function endedCard(request: RequestRecord, decision: Decision): Html {
  const { tone, title, note } = endings(request, decision)[decision.outcome];
  const reason = denialSentence(decision);
  return html`<section class="card" aria-label="Request for ${request.host}">
    ${banner(tone, title)}
    <p><strong>${outcomeSentence(decision)}.</strong> ${note}</p>
    ${reason !== null && html`<p>${reason}</p>`}
    <p class="host">${fit(request.host, 253)} ${badge(request)}</p>
    ${factsOf(request)}
    <p class="hint">${decision.outcome === 'expired' ? 'Expired' : 'Decided'} ${timeElement(decision.atMs)}.</p>
    <p><a class="button" href="/">To my requests</a></p>
  </section>`;
}

interface Ending {
  readonly tone: Tone;
  readonly title: string;
  readonly note: Html | string;
}

function endings(request: RequestRecord, decision: Decision): Readonly<Record<Outcome, Ending>> {
  const note = approvedNote(request, decision);
  const approved: Ending =
    decision.revocation === undefined
      ? { tone: 'good', title: 'Approved', note }
      : { tone: 'over', title: 'Approved, then revoked', note };
  return {
    approved,
    denied: { tone: 'bad', title: 'Denied', note: 'The visitor was told so. A request is answered once.' },
    expired: { tone: 'over', title: 'Expired', note: 'The visitor may ask again.' },
    withdrawn: { tone: 'over', title: 'Withdrawn', note: 'There is nothing left to decide.' },
  };
}

function approvedNote(request: RequestRecord, decision: Decision): Html | string {
  const { revocation, grantedUntilMs } = decision;
  const revoked = revocationSentence(decision);
  if (revocation !== undefined && revoked !== null)
    return html`${revoked} ${timeElement(revocation.atMs)}: ${request.address} may pass no more.`;
  if (grantedUntilMs === null) return 'The outcome is told to whoever asked.';
  return html`${request.address} may pass until ${timeElement(grantedUntilMs)}.`;
}

function factsOf(request: RequestRecord): Html {
  return html`<dl>
    ${fact('Path', html`<code>${fit(request.path === '' ? '/' : request.path, MAX_PATH_CODE_POINTS)}</code>`)}
    ${fact('Address', html`<code>${request.address}</code> ${countryInWords(request.country)}`)}
    ${fact('Browser', fit(request.browser, MAX_BROWSER_CODE_POINTS))} ${fact('Asked', timeElement(request.openedAtMs))}
    ${request.producer !== 'gate' && fact('Asked by', request.producer)}
  </dl>`;
}

function badge(request: RequestRecord): Html {
  return html`<span class="badge ${request.environment}">${request.environment}</span>`;
}

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

function countryInWords(country: string | null): string {
  if (country === null) return '(country unknown)';
  return /^[A-Z]{2}$/.test(country) ? `(${countryNames.of(country) ?? country})` : '';
}

function decideForm(request: RequestRecord, form: DecideForm): Html {
  const approveFor = request.grantTtlSeconds > 0 ? ` — ${durationInWords(request.grantTtlSeconds)}` : '';
  return html`<form class="decide" method="post" action="${form.action}">
    <input type="hidden" name="csrf" value="${form.session.csrfToken(decidePurpose(form.action))}" />
    <input type="hidden" name="tap" value="${form.tapId}" />
    <button class="approve" name="verdict" value="approve"><span class="sign">✅ </span>APPROVE${approveFor}</button>
    <button class="deny" name="verdict" value="deny"><span class="sign">❌ </span>DENY</button>
  </form>`;
}
