/** One line of a card's facts, inside a `<dl>`. */
import { html, type Html } from '../../../base/text/html.js';

export function fact(name: string, value: Html | string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
