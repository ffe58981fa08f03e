/** The authenticator app of whoever is signed in: none, begun, or there. */
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import { numberField } from '../../shared/pages/number-field.js';
import type { Page } from '../../shared/pages/page.js';
import { secondStep } from '../../shared/pages/second-step.js';
import { codesGone } from './recovery-pages.js';
import { FACTOR_PATH } from '../sign-in/factor-pages.js';

export const AUTHENTICATOR_PATH = '/account/authenticator';
export const BEGIN_PATH = '/account/authenticator/begin';
export const CONFIRM_PATH = '/account/authenticator/confirm';
export const REMOVE_PATH = '/account/authenticator/remove';
/** What a form of this page is for, by where it goes. */
export function purposeOf(path: string): string {
  return `authenticator app ${path}`;
}

export interface BegunFacts {
  readonly session: Session;
  readonly qr: Html;
  /** `otpauth:`, with the secret in it. */
  readonly uri: string;
  readonly secret: string;
  readonly isWrong: boolean;
}

export function beginPage(session: Session): Page {
  const body = html`<section class="card">
    <h1>Authenticator app</h1>
    <p>
      An app on your phone that shows six digits, new ones every 30 seconds. You type them after signing in by a link.
    </p>
    ${oneButton(session, BEGIN_PATH, 'Set one up')}
    <p><a class="button" href="${FACTOR_PATH}">Go on</a></p>
  </section>`;
  return { status: 200, title: 'Authenticator app', session, body };
}

export function begunPage({ session, qr, uri, secret, isWrong }: BegunFacts): Page {
  const body = html`<section class="card">
    ${isWrong ? banner('bad', 'Not the number') : html`<h1>Authenticator app</h1>`}
    ${
      isWrong &&
      html`<p role="alert" id="wrong">
        It may be mistyped or over by now. Is the phone’s clock right? Type the next one.
      </p>`
    }
    <p>Scan this with the app, or type the secret there:</p>
    ${qr}
    <p>
      <code>${groupsOf(secret)}</code>
    </p>
    <p><a class="button" href="${uri}">Open in an authenticator app on this device</a></p>
    <form method="post" action="${CONFIRM_PATH}">
      <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(CONFIRM_PATH))}" />
      ${numberField({ label: 'The number that it shows', wrong: isWrong ? 'wrong' : null, hasFocus: isWrong })}
      <button class="primary">Confirm</button>
    </form>
    <p><a class="button" href="/account">Cancel</a></p>
  </section>`;
  return { status: isWrong ? 422 : 200, title: 'Authenticator app', session, body };
}

/** To be read aloud and typed; no space is copied with it. */
function groupsOf(secret: string): readonly Html[] {
  return (secret.match(/.{1,4}/g) ?? []).map((group) => html`<span class="group">${group}</span>`);
}

export function confirmedPage(session: Session): Page {
  const body = html`<section class="card">
    ${banner('good', 'Your authenticator app is set up')}
    <p>After signing in by a link you are asked for a number of it.</p>
    <p><a class="button" href="/account/recovery-codes">Recovery codes</a></p>
    <p><a class="button" href="${FACTOR_PATH}">Go on</a></p>
    ${secondStep(
      'Remove it',
      html`<p>Its numbers are asked for no more.</p>
        ${oneButton(session, REMOVE_PATH, 'Yes, remove it')}`,
    )}
  </section>`;
  return { status: 200, title: 'Authenticator app', session, body };
}

/** `isLast`: nothing is left that a second factor could be. */
export function removedPage(session: Session, isLast: boolean): Page {
  const body = html`<section class="card">
    ${banner('good', 'Removed')}
    <p>The numbers of this app are good for nothing here any more: delete them there, too.</p>
    ${isLast && codesGone()}
    <p><a class="button" href="/account">To my account</a></p>
  </section>`;
  return { status: 200, title: 'Removed', session, body };
}

function oneButton(session: Session, path: string, name: string): Html {
  return html`<form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(path))}" />
    <button>${name}</button>
  </form>`;
}
