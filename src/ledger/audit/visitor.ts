/** Finds visitors' addresses in an entry's detail: what an operator typed, or what a channel said, may hold one. */
import { canonicalAddress } from '../../base/address.js';

const BETWEEN_WORDS = /[^0-9A-Za-z:./%]+/;
const PREFIX_LENGTH = /\/\d{1,3}$/;
const AROUND = /^[:.]?(.*?)\.?$/;

/**
 * `detail`: the stored JSON text, read as a text, since whoever writes beside us may have stored anything. A word that
 * only looks like an address counts too: better one detail less.
 */
export function holdsAddress(detail: string): boolean {
  return detail.split(BETWEEN_WORDS).some(isAddress);
}

function isAddress(word: string): boolean {
  const bare = word.replace(PREFIX_LENGTH, '');
  return canonicalAddress(bare) !== null || canonicalAddress(AROUND.exec(bare)?.[1] ?? '') !== null;
}
