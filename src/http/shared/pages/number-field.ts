/** The field for a number of six digits: of a mailed link, and of an authenticator app. */
import { fit } from '../../../base/text/fit.js';
import { html, type Html } from '../../../base/text/html.js';

/** Six digits, typed in groups or not. */
const MAX_NUMBER_CHARACTERS = 11;

export interface NumberField {
  readonly label: string;
  /** `id` of what says why it was refused; null: it was not. */
  readonly wrong?: string | null;
  /** What was typed, to be seen again. */
  readonly value?: string;
  readonly hasFocus?: boolean;
}

export function numberField({ label, wrong = null, value, hasFocus = false }: NumberField): Html {
  return html`<label for="number">${label}</label>
    <input
      class="code"
      id="number"
      name="number"
      type="text"
      inputmode="numeric"
      required
      maxlength="${String(MAX_NUMBER_CHARACTERS)}"
      autocomplete="one-time-code"
      ${value !== undefined && html`value="${fit(value, MAX_NUMBER_CHARACTERS)}"`}
      ${wrong !== null && html`aria-invalid="true" aria-describedby="${wrong}"`}
      ${hasFocus && html`autofocus`}
    />`;
}
