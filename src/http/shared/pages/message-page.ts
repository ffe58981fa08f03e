/** Pages that say one thing: what happened, that nothing changed where nothing did, and what to do next. */
import { UNAVAILABLE_SENTENCE, UNKNOWN_SENTENCE, refusalSentence } from '../../../approval/sentences.js';
import type { ForbiddenWhy } from '../../../contract/desk.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Page } from './page.js';

export type Tone = 'calm' | 'good' | 'bad' | 'over';

const MARKS: Readonly<Record<Tone, string>> = { calm: 'i', good: '✓', bad: '✕', over: '–' };

/** A heading with its mark; the mark is for the eye alone, the words say all. */
export function banner(tone: Tone, title: string, level: 'h1' | 'h2' = 'h1'): Html {
  return html`<div class="banner ${tone}">
    <span class="mark" aria-hidden="true">${MARKS[tone]}</span>
    ${level === 'h1' ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}
  </div>`;
}

export function messagePage(status: number, title: string, body: Html): Page {
  return { status, title, body: html`<section class="card">${banner('calm', title)}${body}</section>` };
}

export function notFoundPage(session: Session | null = null): Page {
  const body = html`<p>The address may be mistyped, or what was here is over.</p>
    ${toList(session)}`;
  return { ...messagePage(404, 'There is nothing here', body), session };
}

export function unknownRequestPage(session: Session): Page {
  const body = html`<p>${UNKNOWN_SENTENCE} The link may be cut short: open it from the card or the mail again.</p>
    ${toList(session)}`;
  return { ...messagePage(404, 'No such request', body), session };
}

export function forbiddenPage(session: Session, why: ForbiddenWhy): Page {
  const body = html`<p>${refusalSentence(why)}</p>
    <p class="hint">You are signed in as <strong>${session.account.name}</strong>. Nothing changed.</p>
    ${toList(session)}`;
  return { ...messagePage(403, 'Not yours to decide', body), session };
}

/** A form that did not come from our own page, or is of another session. */
export function foreignFormPage(publicUrl: string): Page {
  const body = html`<p>
      This form was not sent from a page of this gate, so it was not taken. <strong>Nothing changed.</strong>
    </p>
    <p class="hint">If you pressed the button yourself: open the page again at ${publicUrl} and press it there.</p>
    <p><a class="button" href="/">To my requests</a></p>`;
  return messagePage(403, 'Not taken', body);
}

export function badFormPage(): Page {
  const body = html`<p>
    The form came incomplete. <strong>Nothing changed.</strong> Go back, reload the page and try again.
  </p>`;
  return messagePage(400, 'Not understood', body);
}

export function unavailablePage(): Page {
  const body = html`<p>${UNAVAILABLE_SENTENCE}</p>
    <p class="hint">Reload this page in a few seconds.</p>`;
  return { ...messagePage(503, 'Not available right now', body), headers: { 'retry-after': '5' } };
}

export function brokenPage(): Page {
  const body = html`<p>Something went wrong on our side; it is written in the log. Nobody was let in by it.</p>`;
  return messagePage(500, 'Something went wrong', body);
}

/** Loaded as a part of another page, or by a script. */
export function notAPagePage(): Page {
  const body = html`<p>
    This address is for a browser to go to, and not for a part of a page. <strong>Nothing changed.</strong>
  </p>`;
  return { ...messagePage(403, 'Not taken', body), asksToSignIn: true };
}

/** Another site's page, or a program, led here: the person says whether they want it. `path`: of this origin. */
export function goOnPage(path: string): Page {
  const body = html`<p>Another page led here. Go on if you want to. <strong>Nothing changed.</strong></p>
    <p><a class="button primary" href="${path}">Go on</a></p>`;
  return { ...messagePage(200, 'Go on?', body), asksToSignIn: true };
}

function toList(session: Session | null): Html | null {
  return session === null ? null : html`<p><a class="button" href="/">To my requests</a></p>`;
}
