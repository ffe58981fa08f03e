/** Asking whoever is signed in to prove it once more. */
import type { FactorsOf } from '../../../contract/ledger.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { TROUBLE_AGAIN } from './factor-pages.js';
import { passkeyForm } from './passkey-pages.js';
import { codeForm, numberForm } from './typed-forms.js';

export const AGAIN_PATH = '/sign-in/again';
/** For a place that wants two factors: whoever has one alone sets another up. */
export const AGAIN_FOR_SECOND_PATH = `${AGAIN_PATH}?for=second`;
export const AGAIN_PURPOSE = 'prove again';

/** For whoever has no factor: they are signed in, and are asked to sign in anew all the same. */
export function whySignInAgain(
  { authenticatedAtMs }: Pick<Session, 'authenticatedAtMs'>,
  { isForChange, nowMs }: { readonly isForChange: boolean; readonly nowMs: number },
): Html {
  const age = authenticatedAtMs === null ? 'too' : minutesInWords(nowMs - authenticatedAtMs);
  const goal = isForChange ? 'To change how you sign in' : 'To go on';
  return html`<p>${goal}, prove once more that it is you; your last proof is ${age} old.</p>`;
}

function minutesInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${String(minutes)} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

export interface AgainFacts {
  readonly session: Session;
  readonly factors: FactorsOf;
  readonly hasPasskeys: boolean;
  /** To go back with what is typed. */
  readonly asked: string;
  /** A recovery code is no proof of what this is for. */
  readonly isCodeOfUse: boolean;
  readonly trouble: keyof typeof TROUBLE_AGAIN | null;
}

export function againPage({ session, factors, hasPasskeys, asked, isCodeOfUse, trouble }: AgainFacts): Page {
  const isByPasskey = hasPasskeys && factors.passkeys > 0;
  const form = {
    action: AGAIN_PATH,
    hidden: html`<input type="hidden" name="csrf" value="${session.csrfToken(AGAIN_PURPOSE)}" />
      <input type="hidden" name="asked" value="${asked}" />`,
    button: 'Go on',
  };
  const body = html`<section class="card">
    ${trouble === null ? banner('calm', 'Prove that it is you') : banner('bad', 'Not taken')}
    ${
      trouble === null
        ? html`<p>
            To go on, prove again that you are <strong>${session.account.name}</strong>: your last proof is some minutes
            old.
          </p>`
        : TROUBLE_AGAIN[trouble]
    }
    ${isByPasskey && passkeyForm()} ${factors.hasTotp && numberForm(form)}
    ${isCodeOfUse && factors.recoveryCodes > 0 && codeForm(form)}
    <p class="hint">Lost all of it? The operator of this gate can let you in.</p>
  </section>`;
  const status = trouble === null ? 200 : trouble === 'wrong' ? 422 : 429;
  return { status, title: 'Prove that it is you', session, body, usesPasskeys: isByPasskey };
}
