/** Channels that are paused and mail providers that refuse us, each with who or what it is because of and where it is mended. */
import { html, type Html } from '../../../../base/text/html.js';
import type { ProviderGate } from '../../../../contract/mail-routing.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { cell } from '../table.js';
import type { ChannelHealth } from './health.js';

export function pausedItem({ name, reason, pausedBy, pausedAtMs, provider }: ChannelHealth): Html {
  const link = html`<a href="/queue?transport=${encodeURIComponent(name)}">${name}</a>`;
  const since = pausedAtMs !== null && html` since ${timeElement(pausedAtMs)}`;
  if (pausedBy !== null)
    return html`<li>
      ${link} was paused by ${cell(pausedBy)}${since}: ${cell(reason ?? '')}. Nothing is sent over it until it is
      resumed, <a href="/queue/channels">there</a> or with <code>gate queue resume ${name}</code>.
    </li>`;
  const why = reason !== null && html` (<code>${reason}</code>)`;
  const where = provider !== null && html` It is mended at ${linkToProvider(provider)}.`;
  return html`<li>
    ${link} is paused${since}, because its provider refuses us${why}: it is tried again by itself.${where}
  </li>`;
}

/** Null: it only asked to be left alone for a while. */
export function refusingItem({ provider, pause }: ProviderGate): Html | null {
  if (pause === null) return null;
  return html`<li>
    The mail provider ${linkToProvider(provider)} refuses us since ${timeElement(pause.sinceMs)}
    (<code>${pause.reason}</code>): its mails go by another that fits, or wait.
  </li>`;
}

function linkToProvider(name: string): Html {
  return html`<a href="/mail/providers/${encodeURIComponent(name)}">${name}</a>`;
}
