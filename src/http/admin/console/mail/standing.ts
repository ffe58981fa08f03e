/** How a provider or a mailbox stands: as operators left it, and whether the provider refuses us or wants to be left alone. */
import { html, type Html } from '../../../../base/text/html.js';
import type { ProviderGate } from '../../../../contract/mail-routing.js';
import type { MailboxLine, MailProviderLine } from '../../../../contract/operators-mail.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';

export function stateOf({ state, pausedReason }: MailProviderLine | MailboxLine): string {
  return pausedReason === null ? state : `${state}: ${pausedReason}`;
}

export function standingOf(one: MailProviderLine, gates: readonly ProviderGate[]): Html | string {
  const { pause = null, closedUntilMs = null } = gates.find(({ provider }) => provider === one.name) ?? {};
  if (pause === null && closedUntilMs === null) return stateOf(one);
  const refuses =
    pause !== null &&
    html`<div>
      <strong>refuses us</strong> since ${timeElement(pause.sinceMs)}: <code>${pause.reason}</code>
      <span class="hint">tried again ${timeElement(pause.probeAtMs)}</span>
    </div>`;
  const isLeftAlone = closedUntilMs !== null && html`<div>takes nothing until ${timeElement(closedUntilMs)}</div>`;
  return html`${stateOf(one)} ${refuses} ${isLeftAlone}`;
}

/** Null: it does not refuse us. */
export function refusalHint({ refusal }: MailProviderLine): Html | null {
  if (refusal === null) return null;
  return html`<p>
    It refuses us with <code>${refusal.reason}</code>: mend its secret or where it is, and try it. One mail finds out
    whether it works again ${timeElement(Date.parse(refusal.probeAt))}; once it is resumed, all go out at once.
  </p>`;
}
