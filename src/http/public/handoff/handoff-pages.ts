/** Pages of being handed on to another origin of ours. */
import { html } from '../../../base/text/html.js';
import type { RelyingOrigin } from '../../../identity/handoff/relying-origins.js';
import { banner, messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';

/** Leads on by itself. */
export function goingBackPage({ host }: RelyingOrigin, url: string): Page {
  const body = html`<section class="card">
    ${banner('good', 'You are signed in')}
    <p>This page goes back to <strong>${host}</strong>.</p>
    <p><a class="button" href="${url}">Go back to ${host}</a></p>
  </section>`;
  return {
    status: 200,
    title: `Going back to ${host}`,
    body,
    asksToSignIn: true,
    headers: { refresh: `0; url=${url}` },
  };
}

export function overPage({ origin, host }: RelyingOrigin): Page {
  const body = html`<p>
      Signing in at <strong>${host}</strong> took longer than 10 minutes, or this page was opened before. Begin again
      there: if you are signed in here by now, you are not asked once more.
    </p>
    <p><a class="button" href="${origin}/">Go to ${host}</a></p>`;
  return { ...messagePage(410, 'Begin again at the site', body), asksToSignIn: true };
}
