/** Recovery codes: how many are left, new ones, which are shown once, and one of them typed back. */
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { FACTOR_PATH } from '../sign-in/factor-pages.js';

export const RECOVERY_PATH = '/account/recovery-codes';
export const CHECK_PATH = '/account/recovery-codes/check';
export const RENEW_PURPOSE = 'new recovery codes';
export const CHECK_PURPOSE = 'check a recovery code';

const MAX_CODE_CHARACTERS = 40;

export function recoveryPage(session: Session, left: number): Page {
  const body = html`<section class="card">
    <h1>Recovery codes</h1>
    <p>For the day you lose your phone: each signs you in once, after a link, in place of the number or the passkey.</p>
    <p>${left === 0 ? 'You have none.' : `${String(left)} are not used yet. They are not shown again.`}</p>
    <form method="post" action="${RECOVERY_PATH}">
      <input type="hidden" name="csrf" value="${session.csrfToken(RENEW_PURPOSE)}" />
      <button class="primary">${left === 0 ? 'Make ten' : 'Make ten new ones'}</button>
      ${left > 0 && html`<p class="hint">The old ones are worthless then.</p>`}
    </form>
    <p><a class="button" href="${FACTOR_PATH}">Go on</a></p>
  </section>`;
  return { status: 200, title: 'Recovery codes', session, body };
}

export function factorFirstPage(session: Session, hasPasskeys: boolean): Page {
  const body = html`<section class="card">
    <h1>Recovery codes</h1>
    <p>
      They stand in for ${hasPasskeys ? 'a passkey or an authenticator app' : 'an authenticator app'} that you have
      lost. Set one up first.
    </p>
    ${hasPasskeys && html`<p><a class="button primary" href="/account/passkeys">A passkey</a></p>`}
    <p><a class="button" href="/account/authenticator">An authenticator app</a></p>
    <p><a class="button" href="/account">To my account</a></p>
  </section>`;
  return { status: 200, title: 'Recovery codes', session, body };
}

/** Said where the last factor was removed. */
export function codesGone(): Html {
  return html`<p>No second factor is left, and recovery codes that you had are gone with it: they stood in for it.</p>`;
}

/** `publicUrl`: stands on the paper, with whose they are. */
export function codesPage(session: Session, codes: readonly string[], publicUrl: string): Page {
  const text = `${codes.join('\n')}\n`;
  const body = html`<section class="card">
    ${banner('good', 'Your recovery codes')}
    <p>
      They are shown this once. Print this page, write them down, or keep the file where you find it without your phone.
    </p>
    <p class="printed">Recovery codes of <strong>${session.account.name}</strong> at ${publicUrl}</p>
    <ol class="codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ol>
    <div class="row">
      <button type="button" data-print hidden>Print</button>
      <a class="button" download="koder-gate-recovery-codes.txt" href="data:text/plain,${encodeURIComponent(text)}"
        >Download</a
      >
    </div>
    ${checkForm(session)}
    <p><a class="button" href="${FACTOR_PATH}">Go on</a></p>
  </section>`;
  return { status: 200, title: 'Your recovery codes', session, body, isForPrint: true };
}

export function checkedPage(session: Session, isGood: boolean): Page {
  const body = html`<section class="card">
    ${isGood ? banner('good', 'That is one of them') : banner('bad', 'Not one of them')}
    ${
      isGood
        ? html`<p>You have them. It was not used by this: all ten are still good.</p>`
        : html`<p role="alert">It is mistyped, used, or of codes that were replaced.</p>
            ${checkForm(session)}`
    }
    <p><a class="button" href="${isGood ? FACTOR_PATH : RECOVERY_PATH}">${isGood ? 'Go on' : 'Make new ones'}</a></p>
  </section>`;
  return { status: isGood ? 200 : 422, title: 'Recovery codes', session, body };
}

function checkForm(session: Session): Html {
  return html`<form method="post" action="${CHECK_PATH}">
    <input type="hidden" name="csrf" value="${session.csrfToken(CHECK_PURPOSE)}" />
    <label for="code">Type one back, to be sure that you have them</label>
    <input class="code" id="code" name="code" required maxlength="${String(MAX_CODE_CHARACTERS)}" autocomplete="off" />
    <button class="primary">Check</button>
  </form>`;
}
