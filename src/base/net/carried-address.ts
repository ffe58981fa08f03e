/**
 * IPv6 addresses that carry an IPv4 address, because a translator or a tunnel stands between: they count as that IPv4
 * address. By their first 64 bits, by which all other IPv6 addresses count, everybody behind such a mechanism would be one
 * visitor: in the worst case the whole IPv4 internet.
 *
 * No mechanism here lets a visitor choose what is carried. To get our answers, whoever comes from such an address has to
 * receive packets at the IPv4 address in it.
 *
 *   ::ffff:a.b.c.d                    IPv4-mapped (RFC 4291, 2.5.5.2): how an operating system shows an IPv4 peer
 *   ::a.b.c.d                         IPv4-compatible, deprecated (RFC 4291, 2.5.5.1)
 *   ::ffff:0:a.b.c.d                  IPv4-translated (RFC 2765, 2.1)
 *   64:ff9b::a.b.c.d                  NAT64, the well-known prefix (RFC 6052, 2.1)
 *   64:ff9b:1:AABB:CC:DD00::          NAT64, for local use (RFC 8215), in the layout of a /48 (RFC 6052, 2.2)
 *   64:ff9b:1:xxxx::a.b.c.d           the same, in the layout of a /96
 *   2002:AABB:CCDD::                  6to4 (RFC 3056): the IPv4 address is the network's
 *   2001:0:…:~a.b.c.d                 Teredo (RFC 4380): the client's IPv4 address, every bit inverted
 *
 * Left out on purpose: ISATAP (RFC 5214), `…:0:5efe:a.b.c.d` in any network. There the IPv4 address stands where every host
 * puts what it likes, so that anybody with IPv6 could claim to be any IPv4 address. Such a host counts by its first 64 bits.
 */
import type { AddressWords } from './address-words.js';

/** 64:ff9b::, both NAT64 prefixes. */
const NAT64_WORD = 0x0064_ff9b;
/** The second half of the first word of 64:ff9b:1::/48. */
const NAT64_LOCAL = 1;
const SIX_TO_FOUR = 0x2002;
const TEREDO_WORD = 0x2001_0000;
/** The third word of IPv4-translated addresses. */
const TRANSLATED_WORD = 0xffff_0000 | 0;
const LOOPBACK_WORD = 1;

/**
 * Of an address that is not IPv4-mapped. Makes it IPv4 where it carries IPv4, leaves it alone where it does not, and answers
 * false where it claims what cannot be: a translated loopback address, for example, which no network ever delivers.
 */
export function unwrapCarried(words: AddressWords): boolean {
  const { w0 } = words;
  if (w0 === 0) return words.w1 !== 0 || unwrapZeros(words);
  if (w0 === NAT64_WORD) return unwrapNat64(words);
  if (w0 === TEREDO_WORD) return carryPublic(words, ~words.w3);
  if (w0 >>> 16 === SIX_TO_FOUR) return carryPublic(words, (w0 << 16) | (words.w1 >>> 16));
  return true;
}

/** Whether all addresses of this /64 carry IPv4 addresses, so that none of them counts by its /64. */
export function isCarryingNetwork({ family, w0, w1 }: AddressWords): boolean {
  if (family === 4) return false;
  if (w0 === NAT64_WORD) return w1 === 0 || w1 >>> 16 === NAT64_LOCAL;
  return w0 === TEREDO_WORD || w0 >>> 16 === SIX_TO_FOUR;
}

/** The first 64 bits are zero. `::` is no address of anybody in either family; `::1` is the loopback address of IPv6 alone. */
function unwrapZeros(words: AddressWords): boolean {
  const { w2, w3 } = words;
  if (w2 === TRANSLATED_WORD) return carryPublic(words, w3);
  if (w2 !== 0) return false; // reserved (RFC 4291, 2.4)
  if (w3 === LOOPBACK_WORD) return true;
  return w3 === 0 ? carry(words, 0) : carryPublic(words, w3);
}

function unwrapNat64(words: AddressWords): boolean {
  const { w1, w2, w3 } = words;
  if (w1 === 0) return w2 === 0 && carryPublic(words, w3);
  if (w1 >>> 16 !== NAT64_LOCAL) return true;
  // bits 64 to 71 are zero in every layout; those behind the IPv4 address should be, and tell the layouts apart
  const isOf48 = w3 === 0 && w2 >>> 24 === 0 && (w2 & 0xff) === 0;
  if (isOf48) return carryLocal(words, (w1 << 16) | ((w2 >>> 8) & 0xffff));
  return w2 === 0 && carryLocal(words, w3);
}

/** All but the prefix for local use stand for public IPv4 addresses alone (RFC 3056, 2; RFC 4291, 2.5.5.1; RFC 6052, 3.1). */
function carryPublic(words: AddressWords, v4: number): boolean {
  return isPublic(v4) && carry(words, v4);
}

function carryLocal(words: AddressWords, v4: number): boolean {
  return isDelivered(v4) && carry(words, v4);
}

function carry(words: AddressWords, v4: number): true {
  words.family = 4;
  words.w0 = v4;
  words.w1 = words.w2 = words.w3 = 0;
  return true;
}

/** Whether packets from this address can come over a network. Not 0/8, 127/8, 169.254/16, 224/4 and 240/4. */
function isDelivered(v4: number): boolean {
  const first = v4 >>> 24;
  return first !== 0 && first !== 127 && first < 224 && v4 >>> 16 !== 0xa9fe;
}

/** Nor 10/8, 172.16/12 and 192.168/16 (RFC 1918), nor 100.64/10 (RFC 6598). */
function isPublic(v4: number): boolean {
  const isPrivate = v4 >>> 24 === 10 || v4 >>> 20 === 0xac1 || v4 >>> 16 === 0xc0a8 || v4 >>> 22 === 0x191;
  return isDelivered(v4) && !isPrivate;
}
