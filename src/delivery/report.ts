/** What the event stream learns of an attempt. A hand-back is no attempt, and nothing is said of it. */
import type { Claim, Closing } from '../contract/ledger.js';
import type { Events } from '../events/events.js';

export function reportAttempt(events: Events, claim: Claim, closing: Closing): void {
  const about = { channel: claim.channel, host: claim.request.host, token: claim.request.tokenPrefix };
  if (closing.kind === 'released') return;
  if (closing.kind !== 'sent') {
    events.emit({ event: 'auth_gate.notifier_failed', ...about, error: closing.reason, attempt: claim.attempt });
  } else if (claim.task === 'notify') {
    events.emit({ event: 'auth_gate.notifier_sent', ...about });
  }
}

export function reportAllFailed(events: Events, claim: Claim): void {
  events.emit({ event: 'auth_gate.all_notifiers_failed', host: claim.request.host, token: claim.request.tokenPrefix });
}
