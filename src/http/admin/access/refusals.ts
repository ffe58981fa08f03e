/** How the admin plane refuses: a person who is on the way to a page is led to sign in or told whom it knows; every other caller gets JSON. */
import { html } from '../../../base/text/html.js';
import type { SignedInThere } from '../../../identity/handoff/signed-in-there.js';
import { messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { refusal, send, type Reply } from '../../shared/reply.js';
import { consoleMessage, ofCaller, withSession } from '../console/console-page.js';
import { signedInHere, type Refusal, type Refuse } from './guard.js';
import { isVisit, leadToSignIn, type AdminSignInDeps } from './sign-in.js';

export function refusing(deps: AdminSignInDeps): Refuse {
  return (request, response, why) => {
    const session = signedInHere(request);
    if (isVisit(request)) {
      if (why === 'not_signed_in') return leadToSignIn(deps, request, response);
      if (session !== null && (why === 'no_rights' || why === 'operators_only'))
        return deps.sendPage(response, notForThem(why, { session, publicUrl: deps.publicUrl }));
    }
    send(response, REFUSALS[why]);
  };
}

/** By name, so that whoever has two accounts sees which one it is. */
function notForThem(
  why: 'no_rights' | 'operators_only',
  looking: { readonly session: SignedInThere; readonly publicUrl: string },
): Page {
  const whom = html`<p>You are signed in as <strong>${looking.session.account.name}</strong>.</p>`;
  if (why === 'no_rights') {
    const nothing = html`<p>
      Only operators and approvers of this gate see anything here, and this account is neither.
    </p>`;
    return withSession(messagePage(403, NOT_FOR_THEM, html`${whom}${nothing}`), looking);
  }
  const other = html`<p>Only operators of this gate see this page.</p>
    <p><a class="button" href="/requests">To the requests</a></p>`;
  return ofCaller(consoleMessage(403, NOT_FOR_THEM, html`${whom}${other}`), looking);
}

const NOT_FOR_THEM = 'Not for this account';

const REFUSALS: Readonly<Record<Refusal, Reply>> = {
  unknown_host: refusal(
    403,
    'unknown_host',
    'Call the admin plane by ADMIN_URL, or by a loopback name or the address it listens on, and its own port.',
  ),
  foreign_origin: refusal(403, 'foreign_origin', 'This call comes from a page of another origin. Nothing changed.'),
  not_signed_in: {
    ...refusal(401, 'not_signed_in', 'Send the bearer of DATA_DIR/admin.token, or use the gate CLI.'),
    headers: { 'www-authenticate': 'Bearer realm="koder-gate"' },
  },
  no_rights: refusal(403, 'no_rights', 'Whoever is signed in is neither an operator nor an approver.'),
  operators_only: refusal(
    403,
    'operators_only',
    'Only an operator may do this: send the bearer of DATA_DIR/admin.token.',
  ),
  bearer_only: refusal(
    403,
    'bearer_only',
    'A session changes nothing by this call: use the page or the gate CLI, or send the bearer of DATA_DIR/admin.token.',
  ),
};
