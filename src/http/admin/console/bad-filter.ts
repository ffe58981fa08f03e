/** A filter that says nothing we know. */
import { html } from '../../../base/text/html.js';
import { consoleMessage, type ConsolePage } from './console-page.js';

export function badFilterPage(problems: string, back: string): ConsolePage {
  return consoleMessage(
    400,
    'Not understood',
    html`<p>${problems}</p>
      <p><a class="button" href="${back}">Back to all</a></p>`,
  );
}
