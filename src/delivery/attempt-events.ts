/** The events of an attempt. A claim that was handed back was not attempted and makes none. */
import type { Claim, Closing } from '../contract/ledger.js';
import type { Events } from '../events/events.js';

export function reportAttempt(events: Events, claim: Claim, closing: Closing): void {
  const about = { channel: claim.channel, host: claim.request.host, token: claim.request.tokenPrefix };
  switch (closing.kind) {
    case 'released':
    case 'cancelled':
      return;
    case 'sent':
      if (claim.task === 'notify') events.emit({ event: 'auth_gate.notifier_sent', ...about });
      if (claim.task === 'follow_up') events.emit({ event: 'auth_gate.follow_up_sent', ...about });
      return;
    case 'uneditable':
      return events.emit({ event: 'auth_gate.card_lost', ...about, error: closing.reason });
    case 'retry':
    case 'failed':
    case 'paused':
      events.emit({ event: 'auth_gate.notifier_failed', ...about, error: closing.reason, attempt: claim.attempt });
  }
}

export function reportAllFailed(events: Events, claim: Claim): void {
  events.emit({ event: 'auth_gate.all_notifiers_failed', host: claim.request.host, token: claim.request.tokenPrefix });
}
