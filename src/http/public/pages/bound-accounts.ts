/** The chat accounts that decide as whoever is signed in, each with the button that unbinds it; and the page after it. */
import { actorName } from '../../../approval/authority.js';
import { surfaceInWords } from '../../../approval/card-view.js';
import type { BoundAccount, ChatAccount } from '../../../contract/ledger.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { fact } from '../../shared/pages/fact.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { timeElement } from '../../shared/pages/time-in-words.js';

export const UNBIND_PATH = '/link/unbind';

/** For that account alone. `account` as the audit names it. */
export function unbindPurpose(account: string): string {
  return `unbind ${account}`;
}

export function boundAccounts(
  session: Session,
  { bound, tapId }: { readonly bound: readonly BoundAccount[]; readonly tapId: () => string },
): Html {
  return html`<section class="card" aria-labelledby="bound">
    <h2 id="bound">Chat accounts that decide as you</h2>
    ${
      bound.length === 0
        ? html`<p>None is bound here.</p>`
        : html`<p>
            Whoever holds one of these acts as <strong>${session.account.name}</strong>. Unbind what is not yours alone.
          </p>`
    }
    ${bound.map((account) => accountForm(session, account, tapId()))}
    <p class="hint">Addresses that an operator wrote into sites.toml are not listed: the operator changes those.</p>
  </section>`;
}

function accountForm(session: Session, account: BoundAccount, tapId: string): Html {
  const name = actorName({ kind: 'chat', ...account });
  return html`<form method="post" action="${UNBIND_PATH}" aria-label="Unbind ${name}">
    ${accountFacts(account)}
    <p class="hint">Bound ${timeElement(account.linkedAtMs)}.</p>
    <input type="hidden" name="csrf" value="${session.csrfToken(unbindPurpose(name))}" />
    <input type="hidden" name="tap" value="${tapId}" />
    <input type="hidden" name="account" value="${name}" />
    <button>Unbind</button>
  </form>`;
}

/** True as well of an account that was unbound by another press, or elsewhere, a moment before. */
export function unboundPage(session: Session, account: string): Page {
  const body = html`<section class="card">
    ${banner('good', 'Unbound')}
    <p><code>${account}</code> is not bound to <strong>${session.account.name}</strong> any more.</p>
    <p class="hint">What it decided before stands; an address in sites.toml still counts.</p>
    <p><a class="button" href="/link">To the accounts that are left</a></p>
  </section>`;
  return { status: 200, title: 'Unbound', session, body };
}

export function accountFacts({ channel, workspace, subject }: ChatAccount): Html {
  return html`<dl>
    ${fact('Channel', surfaceInWords(channel))}
    ${workspace !== '' && fact('Workspace', html`<code>${workspace}</code>`)}
    ${fact('Account', html`<code>${subject}</code>`)}
  </dl>`;
}
