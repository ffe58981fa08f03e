/** One request on a page: its facts, its state, and the form that decides it. */
import { outcomeSentence, revocationSentence } from '../../../approval/card-view.js';
import type { Decision, Outcome, Pressed, RequestRecord } from '../../../approval/request.js';
import type { ShownRequest } from '../../../contract/desk.js';
import { denialSentence, didNotCount, isAsPressed } from '../../../approval/sentences.js';
import { shownId } from '../../../approval/short-id.js';
import { fit } from '../../../base/text/fit.js';
import { html, type Html } from '../../../base/text/html.js';
import { fact } from '../../shared/pages/fact.js';
import { banner, type Tone } from '../../shared/pages/message-page.js';
import { decideForm, revokeForm, type DecideForm } from './decide-form.js';
import { spanInWords, timeElement } from '../../shared/pages/time-in-words.js';

const MAX_PATH_CODE_POINTS = 300;
const MAX_BROWSER_CODE_POINTS = 120;
const MAX_PERSON_CODE_POINTS = 160;

export function pendingCard(request: RequestRecord, form: DecideForm, heading: Html): Html {
  const left = spanInWords(request.deadlineAtMs - form.nowMs).replaceAll(' ', '\u00a0');
  return html`<section class="card" aria-label="Request for ${request.host}">
    ${heading} ${factsOf(request)}
    <p class="hint">
      Answer by ${timeElement(request.deadlineAtMs)}: ${left} left. The visitor's page waits for your answer.
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

/** `pressed`: what the reader pressed too late; that it did not count is then the title, and never looks like a success. */
export function endedCard(
  request: ShownRequest,
  {
    decision,
    pressed,
    form,
  }: { readonly decision: Decision; readonly pressed: Pressed | null; readonly form: DecideForm },
): Html {
  const isLive = decision.revocation === undefined && (decision.grantedUntilMs ?? 0) > form.nowMs;
  const ending = endings(request, decision)[decision.outcome];
  const isLost = pressed !== null && !isAsPressed(pressed, decision);
  const { tone, title } = isLost ? { tone: 'over' as const, title: didNotCount(pressed.verdict) } : ending;
  const { note } = ending;
  const reason = denialSentence(decision);
  return html`<section class="card" aria-label="Request for ${request.host}">
    ${banner(tone, title)}
    <p><strong>${outcomeSentence(decision)}.</strong> ${note}</p>
    ${reason !== null && html`<p>${reason}</p>`}
    <p class="host">${fit(request.host, 253)} ${badge(request)}</p>
    ${factsOf(request)}
    <p class="hint">${decision.outcome === 'expired' ? 'Expired' : 'Decided'} ${timeElement(decision.atMs)}.</p>
    ${isLive && revokeForm(request, form)}
    <p><a class="button" href="/">To my requests</a></p>
  </section>`;
}

interface Ending {
  readonly tone: Tone;
  readonly title: string;
  readonly note: Html | string;
}

function endings(request: ShownRequest, decision: Decision): Readonly<Record<Outcome, Ending>> {
  const note = approvedNote(request, decision);
  const approved: Ending =
    decision.revocation === undefined
      ? { tone: 'good', title: 'Approved', note }
      : { tone: 'over', title: 'Revoked', note };
  return {
    approved,
    denied: { tone: 'bad', title: 'Denied', note: deniedNote(request) },
    expired: { tone: 'over', title: 'Expired', note: 'The visitor may ask again.' },
    withdrawn: { tone: 'over', title: 'Withdrawn', note: 'There is nothing left to decide.' },
  };
}

function deniedNote({ address, passing, producer }: ShownRequest): Html | string {
  if (passing === undefined && producer !== 'gate')
    return 'The outcome is told to whoever asked. A request is answered once.';
  if (passing === undefined)
    return 'The visitor’s page says that the site administrator refused, and not who. A request is answered once.';
  return html`${address} may still pass until ${timeElement(passing.untilMs)} by grant ${String(passing.grant)}. To end
    that: <code>gate revoke ${String(passing.grant)}</code>, or <code>/gate revoke ${String(passing.grant)}</code> in a
    chat.`;
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
    ${fact('Browser', fit(request.browser, MAX_BROWSER_CODE_POINTS))}
    ${request.person !== undefined && fact('Signed in as', fit(request.person, MAX_PERSON_CODE_POINTS))}
    ${fact('Asked', timeElement(request.openedAtMs))}
    ${request.producer !== 'gate' && fact('Asked by', request.producer)}
    ${fact('Request', html`<code>${shownId(request.id)}</code>`)}
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
