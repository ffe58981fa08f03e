/** Forms for what is typed as a second factor: a number of an app, or a recovery code. */
import { html, type Html } from '../../../base/text/html.js';
import { numberField } from '../../shared/pages/number-field.js';

const MAX_CODE_CHARACTERS = 40;

export interface TypedForm {
  readonly action: string;
  /** Its hidden fields. */
  readonly hidden: Html;
  /** What stands on the button. */
  readonly button: string;
}

export function numberForm(form: TypedForm): Html {
  return typedForm(form, numberField({ label: 'The number that your authenticator app shows', hasFocus: true }));
}

/** Folded: it is for whoever has lost the rest. */
export function codeForm(form: TypedForm): Html {
  return html`<details>
    <summary>Use a recovery code</summary>
    ${typedForm(form, CODE_FIELD)}
  </details>`;
}

const CODE_FIELD = html`<label for="code">Recovery code</label>
  <input class="code" id="code" name="code" required maxlength="${String(MAX_CODE_CHARACTERS)}" autocomplete="off" />`;

function typedForm({ action, hidden, button }: TypedForm, field: Html): Html {
  return html`<form method="post" action="${action}">
    ${hidden} ${field}
    <button class="primary">${button}</button>
  </form>`;
}
