/** Adding a provider to sign in with: its button begins a sign-in there, which is linked to this account when it comes back. */
import { html } from '../../../base/text/html.js';
import type { Identity } from '../../../identity/identity.js';
import type { AccountSection } from './section.js';

/** What the form's CSRF token is made for. */
export const ADD_PROVIDER = 'add-provider';

export function addingProviders({ providers }: Pick<Identity, 'providers'>): AccountSection {
  return {
    draw(session) {
      const offered = providers.offered();
      if (offered.length === 0) return Promise.resolve(null);
      const forms = offered.map(
        ({ name, title }) =>
          html`<form method="post" action="/sign-in/with/${name}">
            <input type="hidden" name="csrf" value="${session.csrfToken(ADD_PROVIDER)}" />
            <button>Add ${title}</button>
          </form>`,
      );
      return Promise.resolve(
        html`<section class="card" aria-labelledby="providers">
          <h2 id="providers">Sign in with</h2>
          <p>Once added, your account there signs you in here. It ends your other sessions.</p>
          ${forms}
          <p class="hint">Within ten minutes of signing in.</p>
        </section>`,
      );
    },
  };
}
