/** Who is signed in: how people know them, how `sites.toml` does, and what they may do. */
import { html, type Html } from '../../../base/text/html.js';
import type { Account } from '../../../identity/accounts/accounts.js';
import { fact } from '../../shared/pages/fact.js';
import type { AccountSection } from './section.js';

/** `adminUrl`: where operators look after the gate. */
export function whoTheyAre(adminUrl: string): AccountSection {
  return { draw: ({ account }) => Promise.resolve(cardOf(account, adminUrl)) };
}

function cardOf(account: Account, adminUrl: string): Html {
  return html`<section class="card" aria-labelledby="who">
    <h2 id="who">${account.name}</h2>
    <dl>
      ${fact(account.approver === null ? 'Account' : 'Handle', html`<code>${account.id}</code>`)}
      ${fact('Rights', rightsOf(account))}
    </dl>
    ${account.isOperator && html`<p><a class="button" href="${adminUrl}/">To the admin pages</a></p>`}
  </section>`;
}

function rightsOf({ approver, isOperator }: Account): string {
  if (approver === null) return isOperator ? 'Operator of this gate' : 'None: decides for no site';
  return isOperator ? 'Approver, and operator of this gate' : 'Approver';
}
