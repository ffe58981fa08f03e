/** The ways by which whoever is signed in may sign in again. */
import { html } from '../../../base/text/html.js';
import type { Identity } from '../../../identity/identity.js';
import { fact } from '../../shared/pages/fact.js';
import { PASSKEYS_PATH } from './passkey-pages.js';
import type { AccountSection } from './section.js';

export function waysOfSigningIn({ mailboxOf, passkeys }: Pick<Identity, 'mailboxOf' | 'passkeys'>): AccountSection {
  return {
    async draw({ account }) {
      const mailbox = mailboxOf(account.id);
      // a link is made for those whom sites.toml names
      const hasOperatorLink = account.approver !== null || account.isOperator;
      const names = passkeys === null ? null : (await passkeys.of(account.id)).map(({ name }) => name);
      return html`<section class="card" aria-labelledby="ways">
        <h2 id="ways">Ways of signing in</h2>
        <dl>
          ${names !== null && fact('Passkeys', names.length === 0 ? 'None yet' : names.join(', '))}
          ${mailbox !== null && fact('By mail', html`A link to <code>${mailbox}</code>`)}
          ${hasOperatorLink && fact('Operator', 'A link that an operator of this gate makes')}
        </dl>
        ${
          mailbox === null
            ? html`<p class="hint">No mail of this gate reaches you.</p>`
            : html`<p class="hint">The address is the operator’s to change, in sites.toml.</p>`
        }
        ${names !== null && html`<p><a class="button" href="${PASSKEYS_PATH}">Add or remove passkeys</a></p>`}
      </section>`;
    },
  };
}
