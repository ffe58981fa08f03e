/** What a delivery is called by its state and its kind, wherever somebody names one. */

export const DELIVERY_STATES = [
  'queued',
  'sending',
  'retry_wait',
  /** A provider has taken it, and has yet to send it. */
  'accepted',
  'sent',
  'failed',
  /** A mail system said no for good, at once or later. */
  'bounced',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What an operator may send again: of these states. */
export const RETRIABLE_STATES = ['failed', 'bounced', 'cancelled'] as const satisfies readonly DeliveryState[];
export type RetriableState = (typeof RETRIABLE_STATES)[number];

export function isRetriable(state: DeliveryState): state is RetriableState {
  return (RETRIABLE_STATES as readonly DeliveryState[]).includes(state);
}

/** It did not arrive, and nobody tries any more. */
export function hasFailed(state: DeliveryState): state is 'failed' | 'bounced' {
  return state === 'failed' || state === 'bounced';
}

/** It waits or is being sent: there is something to cancel. */
export function isUnderWay(state: DeliveryState): boolean {
  return state === 'queued' || state === 'retry_wait' || state === 'sending';
}

/** A `card` of a request, a `callback` that tells a producer its outcome, or a message without a request. */
export const DELIVERY_KINDS = ['card', 'callback', 'mail', 'report', 'digest', 'mail_callback'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];
