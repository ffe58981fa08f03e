/** The page behind a one-time sign-in link. Looking at it spends nothing: only the button does. */
import type { ApproverId } from '../../approval/brand.js';
import type { Session } from '../../identity/identity.js';
import { html } from '../../base/html.js';
import { banner, messagePage } from './message-page.js';
import type { Page } from './page.js';

export interface SignInFacts {
  readonly approver: ApproverId;
  readonly action: string;
  readonly wayBack: string | null;
  /** Who is signed in already, if anybody. */
  readonly session: Session | null;
}

/** Names whom the link signs in, so that nobody is made to act as somebody else unawares. */
export function signInPage({ approver, action, wayBack, session }: SignInFacts): Page {
  const replaces = session !== null && session.approver !== approver;
  const body = html`<section class="card">
    ${banner('calm', 'Sign in')}
    <p>This one-time link signs you in as <strong>${approver}</strong>.</p>
    ${replaces && html`<p>You are signed in as <strong>${session.approver}</strong>; that session ends.</p>`}
    <form method="post" action="${action}">
      ${wayBack !== null && html`<input type="hidden" name="next" value="${wayBack}" />`}
      <button class="primary">Sign in as ${approver}</button>
    </form>
    <p class="hint">Not you? Close this page: nothing has happened yet.</p>
  </section>`;
  return { status: 200, title: 'Sign in', body };
}

export function deadLinkPage(): Page {
  const body = html`<p>A sign-in link works once and for 10 minutes; this one is used, too old or mistyped.</p>
    <p>Ask the operator for a new one:</p>
    <p><code>npx gate sign-in-link you@example.org</code></p>`;
  return messagePage(404, 'This link does not work any more', body);
}
