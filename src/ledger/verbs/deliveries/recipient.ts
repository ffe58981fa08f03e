/** A recipient as it is stored: JSON with sorted keys, and its digest, by which an equal recipient is recognised. */
import { sha256Hex } from '../../../base/crypto/digest.js';
import type { Mailbox } from '../../../contract/message.js';
import type { Recipient } from '../../../contract/notifier.js';
import type { DeliveryRow } from '../../tables/deliveries.js';

export function storedRecipient(recipient: Recipient | Mailbox): Pick<DeliveryRow, 'recipient' | 'recipient_key'> {
  const json = JSON.stringify(recipient, Object.keys(recipient).sort());
  return { recipient: json, recipient_key: sha256Hex(json) };
}

/** Which of them it is the delivery's kind says. */
export function readRecipient(json: string): Recipient | Mailbox {
  return JSON.parse(json) as Recipient | Mailbox;
}
