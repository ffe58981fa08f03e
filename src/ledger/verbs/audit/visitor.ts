/** Finds visitors' addresses in an entry's detail: what an operator typed, or what a channel said, may hold one. */
import { canonicalAddress } from '../../../base/net/address.js';

/** An IPv4 address anywhere in a text, also with a port, a prefix length or a full stop behind it. */
const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d)/;
const BETWEEN_WORDS = /[^0-9A-Za-z:.%]+/;
const FULL_STOP = /\.$/;

/**
 * `detail`: the stored JSON, searched as text, because somebody else with access may have stored anything. What merely looks
 * like an address counts too: erasing one detail too many does less harm than keeping an address.
 */
export function holdsAddress(detail: string): boolean {
  if (V4.test(detail)) return true;
  return detail.split(BETWEEN_WORDS).some((word) => canonicalAddress(word.replace(FULL_STOP, '')) !== null);
}
