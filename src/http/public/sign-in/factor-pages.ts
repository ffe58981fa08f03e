/** After a first factor: the second one, or setting one up. */
import type { FactorsOf } from '../../../contract/ledger.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Typed } from '../../../identity/factors/second-factor.js';
import type { Form } from '../../shared/form.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { passkeyForm } from './passkey-pages.js';
import { codeForm, numberForm } from './typed-forms.js';

/** Whoever lacks no factor is led on from here, to where they wanted to go before: so is whoever has just set one up. */
export const FACTOR_PATH = '/sign-in/factor';
export const FACTOR_PURPOSE = 'second factor';

export interface FactorFacts {
  readonly session: Session;
  readonly factors: FactorsOf;
  readonly hasPasskeys: boolean;
  readonly trouble: 'wrong' | 'too_many' | null;
}

export function factorPage({ session, factors, hasPasskeys, trouble }: FactorFacts): Page {
  const isByPasskey = hasPasskeys && factors.passkeys > 0;
  const form = {
    action: FACTOR_PATH,
    hidden: html`<input type="hidden" name="csrf" value="${session.csrfToken(FACTOR_PURPOSE)}" />`,
    button: 'Sign in',
  };
  const body = html`<section class="card">
    ${trouble === null ? banner('calm', 'One more thing') : banner('bad', 'Not signed in')}
    ${trouble === null ? html`<p>Prove once more that you are <strong>${session.account.name}</strong>.</p>` : TROUBLE[trouble]}
    ${isByPasskey && passkeyForm()} ${factors.hasTotp && numberForm(form)}
    ${factors.recoveryCodes > 0 && codeForm(form)}
    <p class="hint">Lost all of it? The operator of this gate can let you in.</p>
  </section>`;
  const status = trouble === null ? 200 : trouble === 'wrong' ? 422 : 429;
  return { status, title: 'One more thing', body, asksToSignIn: true, usesPasskeys: isByPasskey };
}

const WRONG = html`<p role="alert">It may be mistyped, over by now, or used already. Type the next one.</p>`;

/** For whoever is signed in, and stays so. */
export const TROUBLE_AGAIN: Readonly<Record<'wrong' | 'too_many' | 'asked_too_often', Html>> = {
  wrong: WRONG,
  asked_too_often: html`<p role="alert">
    A proof was asked for too often in the last hour. <a href="/sign-in?again=1">Sign in anew</a> instead, or come back
    in an hour.
  </p>`,
  too_many: html`<p role="alert">Too many were tried. Try again in 15 minutes.</p>`,
};

const TROUBLE: Readonly<Record<'wrong' | 'too_many', Html>> = {
  wrong: WRONG,
  too_many: html`<p role="alert">
    Too many were tried, or it took longer than 10 minutes. <a href="/sign-in?again=1">Sign in again</a>, perhaps in 15
    minutes.
  </p>`,
};

/** Nobody passes without one here, and this account has none yet. */
export function enrolmentPage(session: Session, hasPasskeys: boolean): Page {
  const body = html`<section class="card">
    ${banner('calm', 'Set up a second factor')}
    <p>This gate asks <strong>${session.account.name}</strong> for a second factor. Choose what you have:</p>
    ${hasPasskeys && html`<p><a class="button primary" href="/account/passkeys">A passkey</a></p>`}
    <p><a class="button" href="/account/authenticator">An authenticator app</a></p>
    <p class="hint">It is asked for from the next time on.</p>
  </section>`;
  return { status: 200, title: 'Set up a second factor', body, asksToSignIn: true };
}

/** What a form of these pages brought: a number, or else a code. */
export function typedIn(form: Form): Typed {
  const number = form.get('number');
  return number === undefined ? { kind: 'code', text: form.get('code') ?? '' } : { kind: 'number', text: number };
}
