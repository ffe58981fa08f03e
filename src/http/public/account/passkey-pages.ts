/** The passkeys of whoever is signed in: each with the button that removes it, and a form that adds one. */
import type { Passkey } from '../../../contract/ledger.js';
import { html, type Html } from '../../../base/text/html.js';
import { MAX_WAY_NAME_CHARACTERS } from '../../../identity/accounts/ways.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import { codesGone, RECOVERY_PATH } from './recovery-pages.js';
import type { Page } from '../../shared/pages/page.js';
import { timeElement } from '../../shared/pages/time-in-words.js';
import { FACTOR_PATH } from '../sign-in/factor-pages.js';
import { wayForms } from './way-forms.js';

export const PASSKEYS_PATH = '/account/passkeys';
export const ADD_PATH = '/account/passkeys/add';
export const ADD_QUESTION_PATH = '/account/passkeys/question';
export const NAME_PATH = '/account/passkeys/name';
export const REMOVE_PATH = '/account/passkeys/remove';
export const ADD_PURPOSE = 'add a passkey';

export function namePurpose(id: string): string {
  return `name the passkey ${id}`;
}

export function removePurpose(id: string): string {
  return `remove the passkey ${id}`;
}

export interface PasskeysFacts {
  readonly session: Session;
  readonly passkeys: readonly Passkey[];
  /** What to call a new one. */
  readonly name: string;
  /** Whether they have recovery codes for the day they lose it. */
  readonly hasCodes: boolean;
  /** They came from a request, and go back to it. */
  readonly isForRequest: boolean;
  /** What just happened. */
  readonly done?: 'added' | 'refused' | 'known_already';
}

const TITLE = 'Passkeys';

export function passkeysPage({ session, passkeys, name, hasCodes, isForRequest, done }: PasskeysFacts): Page {
  const isBackFirst = isForRequest && passkeys.length > 0; // they have what the request wants
  const isCodesFirst = !isBackFirst && passkeys.length > 0 && !hasCodes;
  const back = html`<p>
    <a class="button${isBackFirst && ' primary'}" href="${FACTOR_PATH}"
      >${isForRequest ? 'Back to the request' : 'Go on'}</a
    >
  </p>`;
  const body = html`<section class="card">
    ${done === undefined ? html`<h1>${TITLE}</h1>` : html`<div data-done="${TITLE}">${heading(done)}</div>`}
    ${isBackFirst && back}
    <p>
      A passkey signs you in by the device that has it: your fingerprint, your face or its PIN. It cannot be phished,
      and needs no mail.
    </p>
    ${passkeys.length === 0 ? html`<p>You have none here.</p>` : passkeys.map((passkey, index) => passkeyPart(session, passkey, index))}
    ${
      passkeys.length > 0 &&
      !hasCodes &&
      html`<p>You are asked for one after every link, too. For the day you lose the device:</p>
        <p><a class="button${isCodesFirst && ' primary'}" href="${RECOVERY_PATH}">Make recovery codes</a></p>`
    }
    ${addPasskeyForm(session, name, { isPrimary: !isBackFirst && !isCodesFirst })}
    <noscript><p>Adding one needs a browser that runs this page’s script.</p></noscript>
    ${!isBackFirst && back}
  </section>`;
  const status = done === undefined || done === 'added' ? 200 : 422;
  return { status, title: TITLE, session, body, usesPasskeys: true };
}

function heading(done: 'added' | 'refused' | 'known_already'): Html {
  switch (done) {
    case 'added':
      return banner('good', 'Passkey added');
    case 'refused':
      return html`${banner('bad', 'Not added')}
        <p role="alert">
          The passkey was not taken: the page was open for too long, or the device did not verify you.
        </p>`;
    case 'known_already':
      return html`${banner('bad', 'Not added')}
        <p role="alert">This passkey is here already.</p>`;
  }
}

function passkeyPart(session: Session, { id, name, createdAtMs, lastUsedAtMs }: Passkey, index: number): Html {
  return html`<h2>${name}</h2>
    <p class="hint">
      Added
      ${timeElement(createdAtMs)}${lastUsedAtMs === null ? ', never used' : html`, last used ${timeElement(lastUsedAtMs)}`}.
    </p>
    ${wayForms(session, {
      id: `name-${String(index)}`,
      called: name,
      name,
      naming: { path: NAME_PATH, purpose: namePurpose(id), fields: { id } },
      removing: { path: REMOVE_PATH, purpose: removePurpose(id), fields: { id } },
    })}`;
}

export function addPasskeyForm(session: Session, name: string, { isPrimary = true } = {}): Html {
  return html`<form method="post" action="${ADD_PATH}" data-passkey="add" data-question="${ADD_QUESTION_PATH}" hidden>
    <input type="hidden" name="csrf" value="${session.csrfToken(ADD_PURPOSE)}" />
    <input type="hidden" name="answer" />
    <label for="name">Name of the new one</label>
    <input
      class="field"
      id="name"
      name="name"
      required
      maxlength="${String(MAX_WAY_NAME_CHARACTERS)}"
      value="${name}"
      autocomplete="off"
    />
    <button${isPrimary && html` class="primary"`}>Add a passkey</button>
    <p class="hint" role="alert" hidden>
      Nothing was added. Perhaps this device has a passkey for you already, or was told to stop.
    </p>
  </form>`;
}

/** True as well of one that was removed by another press a moment before. */
/** `isLast`: nothing is left that a second factor could be. */
export function removedPage(session: Session, isLast: boolean): Page {
  const body = html`<section class="card">
    ${banner('good', 'Removed')}
    <p>
      This passkey signs you in no more, and your other sessions have ended. Your device may still list it: delete it
      there, too.
    </p>
    ${isLast && codesGone()}
    <p><a class="button" href="${PASSKEYS_PATH}">To the passkeys that are left</a></p>
  </section>`;
  return { status: 200, title: 'Removed', session, body };
}
