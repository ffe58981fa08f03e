/** How one delivery stands, in words: the same wherever an approver or operator asks what became of a card. */
import type { DeliveryState } from './delivery.js';
import type { Outcome } from './request.js';

/** How a delivery stands; the ledger's `DeliveryRecord` has this shape. */
export interface DeliveryStatus {
  readonly state: DeliveryState;
  /** Zero until something was delivered. */
  readonly drawnRevision: number;
  /** A short stable code of ours. */
  readonly lastReason: string | null;
  readonly isMaybeDuplicate: boolean;
  /** The card was deleted or can no longer be edited, and the new message that says so has not gone out yet. */
  readonly isCardLost: boolean;
}

/**
 * `delivered`, `not delivered (smtp_550)`, `not sent: the request was withdrawn first`. A failed delivery never reads
 * like a refusal, a withdrawal or an expiry.
 */
export function deliverySentence(delivery: DeliveryStatus, outcome: Outcome | null): string {
  const why = delivery.lastReason === null ? '' : ` (${delivery.lastReason})`;
  const words = statusInWords(delivery, why, outcome);
  return delivery.isMaybeDuplicate ? `${words}, perhaps twice` : words;
}

function statusInWords(delivery: DeliveryStatus, why: string, outcome: Outcome | null): string {
  const { state } = delivery;
  if (state === 'accepted') return `handed over, not sent yet${why}`;
  if (state === 'bounced') return `not delivered, it bounced${why}`;
  if (delivery.isCardLost) return followingInWords(delivery, why);
  return delivery.drawnRevision > 0 ? redrawingInWords({ state }, why) : sendingInWords({ state }, why, outcome);
}

/** Of a delivery that no mail system holds or has sent back. */
interface Carried {
  readonly state: Exclude<DeliveryState, 'accepted' | 'bounced'>;
}

/** A card that was delivered but is gone or can no longer be edited: a new message has to say how the request stands. */
function followingInWords({ state }: DeliveryStatus, why: string): string {
  const gone = `delivered, can be edited no more${why}`;
  return state === 'failed' ? `${gone}, and no new message could tell` : `${gone}, a new message will tell`;
}

function sendingInWords({ state }: Carried, why: string, outcome: Outcome | null): string {
  switch (state) {
    case 'queued':
      return `waits to be sent${why}`;
    case 'sending':
      return 'is being sent';
    case 'sent':
      return 'delivered';
    case 'retry_wait':
      return `not delivered yet${why}, will be tried again`;
    case 'failed':
      return `not delivered${why}`;
    case 'cancelled':
      return `not sent: ${cancelledInWords(outcome)}`;
  }
}

/** A card that was delivered: whether it shows the newest revision. */
function redrawingInWords({ state }: Carried, why: string): string {
  switch (state) {
    case 'queued':
      return `delivered, waits to be redrawn${why}`;
    case 'sending':
      return 'delivered, is being redrawn';
    case 'sent':
    case 'cancelled':
      return 'delivered';
    case 'retry_wait':
      return `delivered, not redrawn yet${why}, will be tried again`;
    case 'failed':
      return `delivered, could not be redrawn${why}`;
  }
}

function cancelledInWords(outcome: Outcome | null): string {
  switch (outcome) {
    case 'approved':
    case 'denied':
      return `the request was ${outcome} first`;
    case 'expired':
      return 'the request expired first';
    case 'withdrawn':
      return 'the request was withdrawn first';
    case null:
      return 'it is not wanted any more';
  }
}
