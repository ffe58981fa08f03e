/** What is proposed to whoever has no second factor: a passkey, then an authenticator app. Either may be left for another time. */
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { BEGIN_PATH, purposeOf } from './authenticator-pages.js';
import { addPasskeyForm } from './passkey-pages.js';
import { SET_UP_PATH } from './proposal.js';

export const NOT_NOW_PATH = `${SET_UP_PATH}/not-now`;
export const NOT_NOW_PURPOSE = 'no second factor now';
export const APP_STEP = 'app';

export function passkeyStepPage(session: Session, name: string): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Sign in without a mail')}
    <p>
      With a passkey this device signs you in by your fingerprint, your face or its PIN. It cannot be phished, and
      nobody else can use it.
    </p>
    ${addPasskeyForm(session, name)}
    <p><a class="button" href="${SET_UP_PATH}?step=${APP_STEP}">An authenticator app instead</a></p>
    ${notNow(session, 'passkey')}
  </section>`;
  return { status: 200, title: 'Sign in without a mail', session, body, usesPasskeys: true };
}

export function appStepPage(session: Session): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Guard your account')}
    <p>
      An authenticator app on your phone shows six digits. When the gate asks for them after a link, reading your mail
      is not enough to sign in as you.
    </p>
    <form method="post" action="${BEGIN_PATH}">
      <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(BEGIN_PATH))}" />
      <button class="primary">Set up an authenticator app</button>
    </form>
    ${notNow(session, APP_STEP)}
    <p class="hint">You find both at any time under your name, above every page.</p>
  </section>`;
  return { status: 200, title: 'Guard your account', session, body };
}

function notNow(session: Session, step: 'passkey' | typeof APP_STEP): Html {
  return html`<form method="post" action="${NOT_NOW_PATH}">
    <input type="hidden" name="csrf" value="${session.csrfToken(NOT_NOW_PURPOSE)}" />
    <input type="hidden" name="step" value="${step}" />
    <button class="quiet">Not now</button>
  </form>`;
}
