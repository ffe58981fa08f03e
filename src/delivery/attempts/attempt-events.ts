/** The events of an attempt. A claim that was handed back was not attempted and makes none. */
import type { AttemptResult, Claim, GivenUp, MessageClaim, RequestClaim } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';

export function reportAttempt(events: Events, claim: Claim, result: AttemptResult): void {
  if ('request' in claim) reportOfRequest(events, claim, result);
  else reportOfMessage(events, claim, result);
}

function reportOfRequest(events: Events, claim: RequestClaim, result: AttemptResult): void {
  const about = { channel: claim.channel, host: claim.request.host, token: claim.request.tokenPrefix };
  switch (result.kind) {
    case 'released':
    case 'cancelled':
      return;
    case 'sent':
      if (claim.task === 'notify') events.emit({ event: 'auth_gate.notifier_sent', ...about });
      if (claim.task === 'follow_up') events.emit({ event: 'auth_gate.follow_up_sent', ...about });
      return;
    case 'accepted':
      return events.emit({ event: 'auth_gate.notifier_accepted', ...about });
    case 'uneditable':
      return events.emit({ event: 'auth_gate.card_lost', ...about, error: result.reason });
    case 'retry':
    case 'failed':
    case 'bounced':
    case 'paused':
      events.emit({ event: 'auth_gate.notifier_failed', ...about, error: result.reason, attempt: claim.attempt });
  }
}

function reportOfMessage(events: Events, claim: MessageClaim, result: AttemptResult): void {
  const about = { channel: claim.channel, kind: claim.kind, delivery: claim.deliveryId };
  const isMaybeDuplicate = claim.isMaybeDuplicate || claim.isMaybeThere;
  if (result.kind === 'sent') events.emit({ event: 'auth_gate.message_sent', ...about, isMaybeDuplicate });
  if (result.kind === 'accepted') events.emit({ event: 'auth_gate.message_accepted', ...about, isMaybeDuplicate });
  if (isFailure(result))
    events.emit({ event: 'auth_gate.message_failed', ...about, error: result.reason, attempt: claim.attempt });
}

type Failure = Extract<AttemptResult, { readonly kind: 'retry' | 'failed' | 'bounced' | 'paused' }>;

function isFailure(result: AttemptResult): result is Failure {
  return ['retry', 'failed', 'bounced', 'paused'].includes(result.kind);
}

export function reportGivenUp(events: Events, { deliveryId: delivery, kind, channel, reason }: GivenUp): void {
  events.emit({ event: 'auth_gate.message_given_up', channel, kind, delivery, reason });
}

export function reportAllFailed(events: Events, claim: RequestClaim): void {
  events.emit({ event: 'auth_gate.all_notifiers_failed', host: claim.request.host, token: claim.request.tokenPrefix });
}
