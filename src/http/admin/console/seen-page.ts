/** What the desk lets somebody see, as a page. */
import { html } from '../../../base/text/html.js';
import type { Seen } from '../../../contract/desk.js';
import { unavailablePage } from '../../shared/pages/message-page.js';
import { consoleMessage, type ConsolePage } from './console-page.js';

export function seenPage<T>(seen: Seen<T>, draw: (value: T) => ConsolePage): ConsolePage {
  if (seen.kind === 'seen') return draw(seen.value);
  if (seen.kind === 'unavailable') return unavailablePage();
  return consoleMessage(403, 'Nothing to see', html`<p>You are not an approver of any site.</p>`);
}
