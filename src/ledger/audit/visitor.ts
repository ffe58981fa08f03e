/** Finds visitors' addresses in an entry's detail: what an operator typed, or what a channel said, may hold one. */
import { canonicalAddress } from '../../base/address.js';

const BETWEEN_WORDS = /[^0-9A-Za-z:./%]+/;
const PREFIX_LENGTH = /\/\d{1,3}$/;

/** `detail`: the stored JSON text. A word that only looks like an address counts too: better one detail less. */
export function holdsAddress(detail: string): boolean {
  return Object.values(JSON.parse(detail) as Readonly<Record<string, unknown>>).some(
    (value) => typeof value === 'string' && value.split(BETWEEN_WORDS).some(isAddress),
  );
}

function isAddress(word: string): boolean {
  return canonicalAddress(word.replace(PREFIX_LENGTH, '').replace(/\.$/, '')) !== null;
}
