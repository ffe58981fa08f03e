/** Whether a text has the form of an id. That there is such a request, only the ledger can say. */
import type { RequestId, StatusId, Token } from './brand.js';

const HEX_128_BITS = /^[0-9a-f]{32}$/;
const CROCKFORD_100_BITS = /^[0-9a-hjkmnp-tv-z]{20}$/;

export function isToken(value: unknown): value is Token {
  return typeof value === 'string' && HEX_128_BITS.test(value);
}

export function isStatusId(value: unknown): value is StatusId {
  return typeof value === 'string' && HEX_128_BITS.test(value);
}

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' && CROCKFORD_100_BITS.test(value);
}
