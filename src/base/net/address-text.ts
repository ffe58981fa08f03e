/** An address as people and applications are told it: canonical, whole, without zone (RFC 5952). */
import ipaddr from 'ipaddr.js';
import { addressWords, type AddressWords } from './address-words.js';
import { parseAddress } from './parse-address.js';

const COLON = ':';

/** `written`: the text that `words` were parsed from. Most addresses are plain IPv4, which is canonical already. */
export function addressText(written: string, words: AddressWords): string {
  if (!written.includes(COLON)) return written;
  const bytes = (word: number): number[] => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255];
  if (words.family === 4) return bytes(words.w0).join('.');
  return new ipaddr.IPv6([words.w0, words.w1, words.w2, words.w3].flatMap(bytes)).toRFC5952String();
}

/**
 * One end of a socket. Where it listens for both families, node:net writes an IPv4 address as `::ffff:192.0.2.1`. What is no
 * address stays as it is.
 */
export function plainAddress(ofSocket: string): string {
  const words = addressWords();
  return parseAddress(ofSocket, words) ? addressText(ofSocket, words) : ofSocket;
}
