/** The Message-ID of a delivery: what every attempt of it carries, and what a bounce quotes back. */

/** Says the same beside the Message-ID, for mail systems that put their own in its place. */
export const MESSAGE_HEADER = 'X-Koder-Gate-Message';

/** A delivery's id as `Random` makes it: 20 characters of Crockford base32. */
const DELIVERY_ID = /^[0-9a-hjkmnp-tv-z]{20}$/;

/** Without angle brackets. `domain`: of the mailbox that it goes from. */
export function messageIdOf(deliveryId: string, domain: string): string {
  return `${deliveryId.replace(/[^\w-]/g, '-')}@${domain}`;
}

/** As it stands in an envelope (RFC 3461, 4.4) or an address of bounces, where a mail system may have changed its case; or null. */
export function deliveryIdIn(text: string): string | null {
  const id = text.toLowerCase();
  return DELIVERY_ID.test(id) ? id : null;
}

/** The delivery that a Message-ID names, with or without angle brackets; null for every other mail's. */
export function deliveryIdOf(messageId: string, domain: string): string | null {
  const [local = '', host = '', ...rest] = messageId.trim().replace(/^<|>$/g, '').split('@');
  if (rest.length > 0 || host.toLowerCase() !== domain.toLowerCase()) return null;
  return DELIVERY_ID.test(local) ? local : null;
}
