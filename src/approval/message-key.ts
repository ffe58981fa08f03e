/** By what key a platform that keeps one knows our messages: a first one by the id of its delivery, as it is. */

/** No part of a delivery's id. */
const BEHIND_ID = '-';

/** Of a message that follows because its card cannot be redrawn: another key for each revision, for it is a new message. */
export function followUpKey(deliveryId: string, revision: number): string {
  return `${deliveryId}${BEHIND_ID}${String(revision)}`;
}

export function deliveryIdIn(key: string): string {
  const end = key.indexOf(BEHIND_ID);
  return end === -1 ? key : key.slice(0, end);
}
