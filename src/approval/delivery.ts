/** What a delivery is called by its state and its kind, wherever somebody names one. */

export const DELIVERY_STATES = ['queued', 'sending', 'retry_wait', 'sent', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A `card` of a request, a `callback` that tells a producer its outcome, or a message without a request. */
export const DELIVERY_KINDS = ['card', 'callback', 'mail', 'report', 'digest'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];
