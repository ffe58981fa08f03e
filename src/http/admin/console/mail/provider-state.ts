/** What an operator does about a provider that refuses us. */
import { html, type Html } from '../../../../base/text/html.js';
import type { MailProviderLine } from '../../../../contract/operators-mail.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';

/** Null: it does not refuse us. */
export function refusalHint({ refusal }: MailProviderLine): Html | null {
  if (refusal === null) return null;
  return html`<p>
    It refuses us with <code>${refusal.reason}</code>: mend its secret or where it is, and try it. One mail finds out
    whether it works again ${timeElement(Date.parse(refusal.probeAt))}; once it is resumed, all go out at once.
  </p>`;
}
