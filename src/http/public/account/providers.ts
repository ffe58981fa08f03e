/**
 * What whoever is signed in signs in with at providers: each with its name and the button that removes it, and adding one, which
 * begins a sign-in there that is linked to this account when it comes back.
 */
import type { Request } from 'express';
import { html, type Html } from '../../../base/text/html.js';
import type { Credential, CredentialKey } from '../../../contract/account-ledger.js';
import type { Identity } from '../../../identity/identity.js';
import type { Offered } from '../../../identity/providers/providers.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Form } from '../../shared/form.js';
import { fact } from '../../shared/pages/fact.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { timeElement } from '../../shared/pages/time-in-words.js';
import { mayChange, mayRemove, type MayChangeDeps } from './proven-lately.js';
import { ACCOUNT_PATH, backToAccount, type AccountForm, type AccountSection } from './section.js';
import { lastWayPage, wayForms } from './way-forms.js';

/** What the form's CSRF token is made for. */
export const ADD_PROVIDER = 'add-provider';

const NAME_PATH = `${ACCOUNT_PATH}/credentials/name`;
const REMOVE_PATH = `${ACCOUNT_PATH}/credentials/remove`;

export interface ProvidersSectionDeps extends MayChangeDeps {
  readonly identity: Pick<Identity, 'providers' | 'ways' | 'formLimits'>;
  readonly addressOf: (request: Request) => string;
}

export function providersOf(deps: ProvidersSectionDeps): AccountSection {
  const { providers, ways } = deps.identity;
  return {
    forms: [naming(deps), removing(deps)],
    async draw(session) {
      const offered = providers.offered();
      const credentials = await ways.credentialsOf(session.account.id);
      if (offered.length + credentials.length === 0) return null;
      return html`<section class="card" aria-labelledby="providers">
        <h2 id="providers">Sign in with</h2>
        ${credentials.length === 0 && html`<p>Once added, your account there signs you in here.</p>`}
        ${credentials.map((credential, index) => credentialPart(session, { credential, index, offered }))}
        ${offered.map((provider) => addForm(session, provider, credentials))}
        ${
          offered.length > 0 &&
          html`<p class="hint">Adding one ends your other sessions. All of it within ten minutes of signing in.</p>`
        }
      </section>`;
    },
  };
}

function naming(deps: ProvidersSectionDeps): AccountForm {
  return {
    path: NAME_PATH,
    purposeOf: (form) => namePurpose(keyIn(form)),
    async take({ session, form, request, response }) {
      if (!(await mayChange(deps, { session, request, response }, ACCOUNT_PATH))) return;
      await deps.identity.ways.nameCredential(session.account.id, keyIn(form), form.get('name') ?? '');
      backToAccount(response);
    },
  };
}

function removing(deps: ProvidersSectionDeps): AccountForm {
  const { identity, sendPage, addressOf } = deps;
  return {
    path: REMOVE_PATH,
    purposeOf: (form) => removePurpose(keyIn(form)),
    async take({ session, form, request, response }) {
      if (!mayRemove(deps, { session, request, response }, ACCOUNT_PATH)) return;
      const by = { account: session.account.id, session: session.id, address: addressOf(request) };
      const { kind } = await identity.ways.removeCredential(by, keyIn(form));
      sendPage(response, kind === 'last' ? lastWayPage(session, ACCOUNT_PATH) : removedPage(session));
    },
  };
}

function keyIn(form: Form): CredentialKey {
  return { issuer: form.get('issuer') ?? '', subject: form.get('subject') ?? '' };
}

function namePurpose({ issuer, subject }: CredentialKey): string {
  return `name the credential ${JSON.stringify([issuer, subject])}`;
}

function removePurpose({ issuer, subject }: CredentialKey): string {
  return `remove the credential ${JSON.stringify([issuer, subject])}`;
}

interface Drawn {
  readonly credential: Credential;
  readonly index: number;
  readonly offered: readonly Offered[];
}

function credentialPart(session: Session, { credential, index, offered }: Drawn): Html {
  const { issuer, subject, provider, label, email, name, createdAtMs, lastUsedAtMs } = credential;
  const title = offered.find((one) => one.name === provider)?.title;
  const called = label ?? title ?? provider;
  const fields = { issuer, subject };
  return html`<h3>${called}</h3>
    <dl>
      ${label !== null && fact('With', title ?? provider)} ${fact('Account', email ?? name ?? subject)}
      ${fact('Added', timeElement(createdAtMs))} ${fact('Last used', timeElement(lastUsedAtMs))}
    </dl>
    ${title === undefined && html`<p class="hint">This gate does not offer it any more: it signs you in no longer.</p>`}
    ${wayForms(session, {
      id: `name-${String(index)}`,
      called: `${called}, ${email ?? name ?? subject}`,
      name: label ?? '',
      naming: { path: NAME_PATH, purpose: namePurpose(credential), fields },
      removing: { path: REMOVE_PATH, purpose: removePurpose(credential), fields },
    })}`;
}

function addForm(session: Session, { name, title }: Offered, credentials: readonly Credential[]): Html {
  const hasOne = credentials.some(({ provider }) => provider === name);
  return html`<form method="post" action="/sign-in/with/${name}">
    <input type="hidden" name="csrf" value="${session.csrfToken(ADD_PROVIDER)}" />
    <button>${hasOne ? `Add another ${title}` : `Add ${title}`}</button>
  </form>`;
}

/** True as well of one that was removed by another press a moment before. */
function removedPage(session: Session): Page {
  const body = html`<section class="card">
    ${banner('good', 'Removed')}
    <p>It signs you in no more, and your other sessions have ended. Over there your account is as it was.</p>
    <p><a class="button" href="${ACCOUNT_PATH}">To your account</a></p>
  </section>`;
  return { status: 200, title: 'Removed', session, body };
}
