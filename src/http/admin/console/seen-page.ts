/** What the desk lets somebody see, as a page. */
import { html } from '../../../base/text/html.js';
import type { Seen } from '../../../contract/desk.js';
import { refusalSentence, UNKNOWN_SENTENCE } from '../../../approval/sentences.js';
import { unavailablePage } from '../../shared/pages/message-page.js';
import { consoleMessage, type ConsolePage } from './console-page.js';

export function seenPage<T>(seen: Seen<T>, draw: (value: T) => ConsolePage): ConsolePage {
  switch (seen.kind) {
    case 'seen':
      return draw(seen.value);
    case 'unavailable':
      return unavailablePage();
    case 'forbidden':
      return consoleMessage(403, 'Nothing to see', html`<p>${refusalSentence(seen.why)}</p>`);
    case 'unknown':
    case 'ambiguous':
      return consoleMessage(
        404,
        'No such request',
        html`<p>${UNKNOWN_SENTENCE}</p>
          <p><a class="button" href="/requests">To the requests</a></p>`,
      );
  }
}
