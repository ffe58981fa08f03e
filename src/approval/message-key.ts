/** The idempotency key of a message on a platform that takes one. A delivery's first message has the delivery's id as its key. */

/** A character that no delivery's id contains. */
const BEHIND_ID = '-';

/** The key of a message sent because its card cannot be redrawn. It is a new message, so each revision has its own key. */
export function followUpKey(deliveryId: string, revision: number): string {
  return `${deliveryId}${BEHIND_ID}${String(revision)}`;
}

export function deliveryIdIn(key: string): string {
  const end = key.indexOf(BEHIND_ID);
  return end === -1 ? key : key.slice(0, end);
}
