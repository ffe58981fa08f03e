/** Tokens of forms against forged posts: an HMAC of the purpose under the session's own key. */
import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../base/crypto/digest.js';

export function formToken(csrfKey: string, purpose: string): string {
  return createHmac('sha256', csrfKey).update(purpose).digest('hex');
}

/** In constant time; a field given twice arrives as an array and is refused. */
export function isFormToken(csrfKey: string, purpose: string, presented: unknown): boolean {
  return typeof presented === 'string' && isSameSecret(formToken(csrfKey, purpose), presented);
}
