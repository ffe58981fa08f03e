/** Binding a chat account: the code, then whose account it is, then that it is done. Only the second button binds. */
import type { ApproverId } from '../../../approval/brand.js';
import type { BoundAccount, ChatAccount } from '../../../contract/ledger.js';
import { fit } from '../../../base/text/fit.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { accountFacts, boundAccounts } from './bound-accounts.js';
import { banner, messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';

export const LINK_PATH = '/link';
export const BIND_PATH = '/link/bind';
/** Both sides of a form agree on these. */
export const LINK_PURPOSE = 'link code';
/** Longer than a code with all the dashes and spaces that people type. */
const MAX_TYPED_CHARACTERS = 32;

/** For that code alone: a form that names one account cannot bind another. */
export function bindPurpose(code: string): string {
  return `bind ${code}`;
}

export function codePage(
  session: Session,
  /** `typed`: a code that was typed before they proved again who they are; null: none. */
  {
    typed,
    ...list
  }: { readonly bound: readonly BoundAccount[]; readonly typed: string | null; readonly tapId: () => string },
): Page {
  const body = html`${codeCard(session, { typed, isWrong: false })} ${boundAccounts(session, list)}`;
  return { status: 200, title: 'Chat accounts', session, body };
}

/** `typed` stands in the field again, so that one wrong letter is mended and not all typed anew. */
export function wrongCodePage(session: Session, typed: string): Page {
  return { status: 422, title: 'No such code', session, body: codeCard(session, { typed, isWrong: true }) };
}

/** `typed` stands in the field; null: nothing. */
function codeCard(session: Session, { typed, isWrong }: { typed: string | null; isWrong: boolean }): Html {
  const sentence = 'No such code: it may be mistyped, used already, or older than 10 minutes. Nothing changed.';
  return html`<section class="card">
    ${isWrong ? banner('bad', 'No such code') : banner('calm', 'Bind a chat account')}
    ${isWrong && html`<p role="alert" id="wrong">${sentence}</p>`}
    <p>Type <kbd>/gate link</kbd> in the chat whose account is yours, and enter the code it answers here.</p>
    <form method="post" action="${LINK_PATH}">
      <input type="hidden" name="csrf" value="${session.csrfToken(LINK_PURPOSE)}" />
      <label for="code">Code</label>
      <input
        class="code"
        id="code"
        name="code"
        type="text"
        required
        maxlength="${String(MAX_TYPED_CHARACTERS)}"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        autofocus
        ${typed !== null && (isWrong ? html`${valueOf(typed)} aria-invalid="true" aria-describedby="wrong"` : valueOf(typed))}
      />
      <button class="primary">Go on</button>
    </form>
    <p class="hint">Nothing is bound yet: the next page says whose account the code is for.</p>
  </section>`;
}

function valueOf(typed: string): Html {
  return html`value="${fit(typed, MAX_TYPED_CHARACTERS)}"`;
}

export interface BindFacts {
  readonly session: Session;
  readonly account: ChatAccount;
  readonly code: string;
  /** Whom the account speaks for already, besides whoever is signed in. */
  readonly others: readonly ApproverId[];
}

/** Names the account, so that nobody is tricked into binding a stranger's by a code that the stranger sent. */
export function bindPage({ session, account, code, others }: BindFacts): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Is this account yours?')} ${accountFacts(account)}
    <p>Bound to you, it decides in your name: whoever writes there acts as <strong>${session.account.name}</strong>.</p>
    ${
      others.length > 0 &&
      html`<p>
        It already speaks for <strong>${others.join(', ')}</strong>. At a site of both of you it would then decide
        nothing.
      </p>`
    }
    <p>
      <strong>Go on only if you typed <kbd>/gate link</kbd> there yourself, a moment ago.</strong> If somebody sent you
      the code, it is their account: leave this page, nothing has happened yet.
    </p>
    <form method="post" action="${BIND_PATH}">
      <input type="hidden" name="csrf" value="${session.csrfToken(bindPurpose(code))}" />
      <input type="hidden" name="code" value="${code}" />
      <button class="primary">Yes, bind it to me</button>
    </form>
    <p><a class="button" href="/">No, leave</a></p>
  </section>`;
  return { status: 200, title: 'Is this account yours?', session, body };
}

export function boundPage(session: Session, account: ChatAccount): Page {
  const body = html`<section class="card">
    ${banner('good', 'Bound')} ${accountFacts(account)}
    <p>This account decides as <strong>${session.account.name}</strong> from now on.</p>
    <p>
      To undo it, type <kbd>/gate unlink</kbd> in that chat, or press <em>Unbind</em> <a href="${LINK_PATH}">here</a>.
    </p>
    <p><a class="button" href="/">To my requests</a></p>
  </section>`;
  return { status: 200, title: 'Bound', session, body };
}

export function tooManyCodesPage(session: Session, retryAfterSeconds: number): Page {
  const body = html`<p>
      Too many codes were tried in your name, or from your network. <strong>Nothing changed.</strong> Come back in 10
      minutes, with a new code from <kbd>/gate link</kbd>.
    </p>
    <p><a class="button" href="/">To my requests</a></p>`;
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return { ...messagePage(429, 'Too many codes', body), session, headers };
}
