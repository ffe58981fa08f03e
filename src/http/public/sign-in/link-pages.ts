/** The pages behind a one-time sign-in link. Looking at them spends nothing: only the button does. */
import type { Account } from '../../../identity/accounts/accounts.js';
import type { LookedAt } from '../../../identity/links/mailed-links.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { html, type Html } from '../../../base/text/html.js';
import { fact } from '../../shared/pages/fact.js';
import { banner, messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { timeElement } from '../../shared/pages/time-in-words.js';

export interface SignInFacts {
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly action: string;
  readonly wayBack: string | null;
  /** Who is signed in already, if anybody. */
  readonly session: Session | null;
}

/** Names whom the link signs in, so that nobody is made to act as somebody else unawares. */
export function signInPage({ account, action, wayBack, session }: SignInFacts): Page {
  const replaces = session !== null && session.account.id !== account.id;
  const body = html`<section class="card">
    ${banner('calm', 'Sign in')}
    <p>This one-time link signs you in as <strong>${account.name}</strong>.</p>
    ${replaces && html`<p>You are signed in as <strong>${session.account.name}</strong>; that session ends.</p>`}
    <form method="post" action="${action}">
      ${wayBack !== null && html`<input type="hidden" name="next" value="${wayBack}" />`}
      <button class="primary" autofocus>Sign in as ${account.name}</button>
    </form>
    <p class="hint">Not you? Close this page: nothing has happened yet.</p>
  </section>`;
  return { status: 200, title: 'Sign in', body, session: null, asksToSignIn: true };
}

/** The link was asked for in another browser, by its owner or by a stranger: whoever reads this has to know where. */
export function openedElsewherePage({ action, ...asked }: LookedAt & { readonly action: string }): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Asked for somewhere else')}
    <p>This link signs in <strong>${asked.account.name}</strong>, in the browser that asked for it, and not here.</p>
    ${whoAsked(asked)}
    <p>Was it you? Then show the number, and type it there.</p>
    <form method="post" action="${action}">
      <button class="primary" autofocus>Show the number</button>
    </form>
    <p class="hint">
      Not you? Close this page: nothing has happened yet. Whoever asks you for the number wants to sign in as you.
    </p>
  </section>`;
  return { status: 200, title: 'Asked for somewhere else', body, asksToSignIn: true };
}

export function numberPage({ number, ...asked }: LookedAt & { readonly number: string }): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Your number')}
    <p>Type it where you asked for the link, within 10 minutes of asking:</p>
    <p class="number">${number.slice(0, 3)} ${number.slice(3)}</p>
    ${whoAsked(asked)}
    <p class="hint">Tell it to nobody: whoever has it signs in as ${asked.account.name}.</p>
  </section>`;
  return { status: 200, title: 'Your number', body, asksToSignIn: true };
}

function whoAsked({ askedAtMs, address, askedBy }: LookedAt): Html {
  return html`<dl>
    ${fact('Asked', timeElement(askedAtMs))} ${fact('Address', address)} ${fact('Browser', askedBy)}
  </dl>`;
}

export function deadLinkPage(byMail: boolean): Page {
  const body = html`<p>
      A sign-in link works once, for 10 minutes, and one that an operator made until they make a newer one; this one is
      used, too old, replaced or mistyped. If an operator has reset your sign-in, use the enrolment link that they gave
      you.
    </p>
    ${
      byMail
        ? html`<p><a class="button" href="/sign-in">Ask for a new one</a></p>`
        : html`<p>Ask the operator of this gate for a new one.</p>`
    }`;
  return messagePage(404, 'This link does not work any more', body);
}

/** Nothing else signed them in while it was good; now it does again. */
export function overEnrolmentPage(byMail: boolean): Page {
  const body = html`<p>
      An enrolment link works for 24 hours, and these are over. <strong>Nobody used it.</strong> Ask the operator who
      reset your sign-in for a new one: they reset you once more, at <em>Accounts</em> of the admin plane or by
      <code>gate account reset-factors</code>.
    </p>
    ${
      byMail &&
      html`<p>You may also sign in by a mailed link again, and set up a passkey or an authenticator app then.</p>
        <p><a class="button" href="/sign-in">Sign in by a mailed link</a></p>`
    }`;
  return messagePage(404, 'This enrolment link is over', body);
}
