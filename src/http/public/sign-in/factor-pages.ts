/** After a first factor: the second one, or setting one up. */
import type { FactorsOf } from '../../../contract/ledger.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import { numberField } from '../../shared/pages/number-field.js';
import type { Page } from '../../shared/pages/page.js';
import { passkeyForm } from './passkey-pages.js';

export const FACTOR_PATH = '/sign-in/factor';
export const FACTOR_PURPOSE = 'second factor';

const MAX_CODE_CHARACTERS = 40;

export interface FactorFacts {
  readonly session: Session;
  readonly factors: FactorsOf;
  readonly hasPasskeys: boolean;
  readonly trouble: 'wrong' | 'too_many' | null;
}

export function factorPage({ session, factors, hasPasskeys, trouble }: FactorFacts): Page {
  const isByPasskey = hasPasskeys && factors.passkeys > 0;
  const body = html`<section class="card">
    ${trouble === null ? banner('calm', 'One more thing') : banner('bad', 'Not signed in')}
    ${trouble === null ? html`<p>Prove once more that you are <strong>${session.account.id}</strong>.</p>` : TROUBLE[trouble]}
    ${isByPasskey && passkeyForm()}
    ${
      factors.hasTotp &&
      typedForm(session, numberField({ label: 'The number that your authenticator app shows', hasFocus: true }))
    }
    ${
      factors.recoveryCodes > 0 &&
      html`<details>
        <summary>Use a recovery code</summary>
        ${typedForm(session, CODE_FIELD)}
      </details>`
    }
    <p class="hint">Lost all of it? The operator of this gate can let you in.</p>
  </section>`;
  const status = trouble === null ? 200 : trouble === 'wrong' ? 422 : 429;
  return { status, title: 'One more thing', body, asksToSignIn: true, usesPasskeys: isByPasskey };
}

const TROUBLE: Readonly<Record<'wrong' | 'too_many', Html>> = {
  wrong: html`<p role="alert">It may be mistyped, over by now, or used already. Type the next one.</p>`,
  too_many: html`<p role="alert">
    Too many were tried, or it took longer than 10 minutes. <a href="/sign-in?again=1">Sign in again</a>, perhaps in 15
    minutes.
  </p>`,
};

const CODE_FIELD = html`<label for="code">Recovery code</label>
  <input class="code" id="code" name="code" required maxlength="${String(MAX_CODE_CHARACTERS)}" autocomplete="off" />`;

function typedForm(session: Session, field: Html): Html {
  return html`<form method="post" action="${FACTOR_PATH}">
    <input type="hidden" name="csrf" value="${session.csrfToken(FACTOR_PURPOSE)}" />
    ${field}
    <button class="primary">Sign in</button>
  </form>`;
}

/** Nobody passes without one here, and this account has none yet. */
export function enrolmentPage(session: Session, hasPasskeys: boolean): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Set up a second factor')}
    <p>This gate asks <strong>${session.account.id}</strong> for more than a link. Choose what you have:</p>
    ${hasPasskeys && html`<p><a class="button primary" href="/account/passkeys">A passkey</a></p>`}
    <p><a class="button" href="/account/authenticator">An authenticator app</a></p>
    <p class="hint">It is asked for from the next time on.</p>
  </section>`;
  return { status: 200, title: 'Set up a second factor', body, asksToSignIn: true };
}
