/** What cannot be taken back, behind a first press: one by mistake only unfolds it. Without any script. */
import { html, type Html } from '../../../base/text/html.js';

/** `form`: with the button that does it. */
export function secondStep(name: string, form: Html): Html {
  return html`<details class="danger">
    <summary>${name}</summary>
    ${form}
  </details>`;
}
