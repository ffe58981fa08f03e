/** The cards of a request in words: whom each was sent to, over which channel, and how it stands. */
import { surfaceInWords } from '../approval/card-view.js';
import type { RequestRecord } from '../approval/request.js';
import { deliverySentence } from '../approval/delivery-sentence.js';
import { never } from '../base/process/never.js';
import type { DeliveryRecord } from '../contract/ledger.js';

/** `Card: ada@example.org over Talk: delivered`. Addresses and URLs of recipients are not shown. */
export function cardLines(request: RequestRecord, deliveries: readonly DeliveryRecord[]): readonly string[] {
  return deliveries.map((delivery) => {
    const status = deliverySentence(delivery, request.decision?.outcome ?? null);
    const what = isCallback(delivery) ? 'Callback' : 'Card';
    return `${what}: ${recipientInWords(delivery)}: ${status}`;
  });
}

export function cardData(request: RequestRecord, deliveries: readonly DeliveryRecord[]): readonly unknown[] {
  return deliveries.map((delivery) => ({
    channel: delivery.channel,
    to: nameOf(delivery),
    state: delivery.state,
    status: deliverySentence(delivery, request.decision?.outcome ?? null),
    reason: delivery.lastReason,
    attempts: delivery.attempts,
  }));
}

/** Whether no approver was reached and none will be. A producer's callback does not count. */
export function isNobodyReached(deliveries: readonly DeliveryRecord[]): boolean {
  const cards = deliveries.filter((delivery) => !isCallback(delivery));
  return cards.length > 0 && cards.every(isNotReached);
}

function isNotReached({ state, drawnRevision }: DeliveryRecord): boolean {
  return state === 'bounced' || (state === 'failed' && drawnRevision === 0);
}

function isCallback({ recipient }: DeliveryRecord): boolean {
  return recipient.kind === 'callback';
}

function recipientInWords(delivery: DeliveryRecord): string {
  const over = delivery.recipient.kind === 'callback' ? '' : ` over ${surfaceInWords(delivery.channel)}`;
  return `${nameOf(delivery)}${over}`;
}

function nameOf({ recipient }: DeliveryRecord): string {
  switch (recipient.kind) {
    case 'approver':
    case 'consumer':
      return recipient.approver;
    case 'room':
      return 'the room';
    case 'mailbox':
      return recipient.address;
    case 'callback':
      return recipient.producer;
    default:
      return never(recipient);
  }
}
