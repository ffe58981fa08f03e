/** Who is signed in: how people know them, how `sites.toml` does, and what they may do. */
import { html } from '../../../base/text/html.js';
import type { Account } from '../../../identity/accounts/accounts.js';
import { fact } from '../../shared/pages/fact.js';
import type { AccountSection } from './section.js';

export const whoTheyAre: AccountSection = {
  draw({ account }) {
    const card = html`<section class="card" aria-labelledby="who">
      <h2 id="who">${account.name}</h2>
      <dl>
        ${fact(account.approver === null ? 'Account' : 'Handle', html`<code>${account.id}</code>`)}
        ${fact('Rights', rightsOf(account))}
      </dl>
    </section>`;
    return Promise.resolve(card);
  },
};

function rightsOf({ approver, isOperator }: Account): string {
  if (approver === null) return isOperator ? 'Operator of this gate' : 'None: decides for no site';
  return isOperator ? 'Approver, and operator of this gate' : 'Approver';
}
