/** A recipient as it is stored: JSON with sorted keys, and its digest, by which an equal recipient is recognised. */
import { sha256Hex } from '../../base/digest.js';
import type { Recipient } from '../../contract/notifier.js';

export function storedRecipient(recipient: Recipient): { readonly json: string; readonly key: string } {
  const json = JSON.stringify(recipient, Object.keys(recipient).sort());
  return { json, key: sha256Hex(json) };
}

export function readRecipient(json: string): Recipient {
  return JSON.parse(json) as Recipient;
}
