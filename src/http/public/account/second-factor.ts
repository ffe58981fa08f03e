/** What whoever is signed in gives beside a link. */
import { html } from '../../../base/text/html.js';
import type { Identity } from '../../../identity/identity.js';
import { fact } from '../../shared/pages/fact.js';
import { AUTHENTICATOR_PATH } from './authenticator-pages.js';
import { RECOVERY_PATH } from './recovery-pages.js';
import type { AccountSection } from './section.js';

export function secondFactorOf({ secondFactor }: Pick<Identity, 'secondFactor'>): AccountSection {
  return {
    async draw({ account }) {
      const { passkeys, hasTotp, recoveryCodes } = await secondFactor.of(account.id);
      const isAsked = hasTotp || passkeys > 0;
      return html`<section class="card" aria-labelledby="second">
        <h2 id="second">Second factor</h2>
        <p>
          ${isAsked ? 'Asked for after every sign-in but one by a passkey.' : 'None is set up: one way of signing in is enough, where the operator lets it.'}
        </p>
        <dl>
          ${fact('App', hasTotp ? 'Set up' : 'None yet')}
          ${fact('Passkeys', passkeys === 0 ? 'None yet' : String(passkeys))}
          ${fact('Codes', recoveryCodes === 0 ? 'None' : `${String(recoveryCodes)} not used yet`)}
        </dl>
        <p><a class="button" href="${AUTHENTICATOR_PATH}">Authenticator app</a></p>
        <p><a class="button" href="${RECOVERY_PATH}">Recovery codes</a></p>
      </section>`;
    },
  };
}
