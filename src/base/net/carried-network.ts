/**
 * Networks that are written in a form which carries IPv4 addresses. Visitors there count by their IPv4 addresses
 * (`carried-address.ts`), so that such a network would never match anybody.
 */
import { addressWords, type AddressWords } from './address-words.js';
import { parseWritten } from './parse-address.js';
import { isCarryingNetwork } from './carried-address.js';

export interface CarriedNetwork {
  /** The form, in words. */
  readonly form: string;
  /** The IPv4 network that is meant, `203.0.113.0/24`; null where it is not just one. */
  readonly plain: string | null;
}

interface Carried {
  readonly form: string;
  readonly v4: number;
  /** How much of the IPv4 address is within the prefix. */
  readonly bits: number;
}

/** Null for a network that carries none, and for what is no network. */
export function carriedNetwork(text: string): CarriedNetwork | null {
  const [address = '', bitsText] = text.split('/');
  const words = addressWords();
  if (!address.includes(':') || !parseWritten(address, words)) return null;
  const found = carriedOf(words, bitsText === undefined ? 128 : Number(bitsText));
  if (found === null) return null;
  return { form: found.form, plain: found.bits > 0 ? networkText(found.v4, Math.min(found.bits, 32)) : null };
}

function carriedOf(words: AddressWords, bits: number): Carried | null {
  const { family, w0, w1, w3 } = words;
  if (family === 4) return { form: 'an IPv4-mapped IPv6 address', v4: w0, bits: bits - 96 };
  if (w0 === 0 && w1 === 0) return ofZeros(words, bits);
  if (!isCarryingNetwork(words)) return null;
  if (w0 >>> 16 === 0x2002) return { form: 'a 6to4 address', v4: (w0 << 16) | (w1 >>> 16), bits: bits - 16 };
  // the client's address is in the last 32 bits, inverted: only the whole address tells it
  if (w0 >>> 16 === 0x2001) return { form: 'a Teredo address', v4: ~w3, bits: bits === 128 ? 32 : 0 };
  return ofNat64(words, bits);
}

function ofZeros({ w2, w3 }: AddressWords, bits: number): Carried | null {
  if (bits < 96 || (w2 === 0 && w3 === 1 && bits === 128)) return null;
  if (w2 === 0) return { form: 'an IPv4-compatible IPv6 address', v4: w3, bits: bits - 96 };
  return w2 >>> 0 === 0xffff_0000 ? { form: 'an IPv4-translated IPv6 address', v4: w3, bits: bits - 96 } : null;
}

function ofNat64({ w1, w2, w3 }: AddressWords, bits: number): Carried {
  const form = 'a NAT64 address';
  if (w1 === 0 || (w2 === 0 && w3 !== 0)) return { form, v4: w3, bits: bits - 96 };
  // bits 64 to 71 are no part of the IPv4 address (RFC 6052, section 2.2)
  const within = bits <= 64 ? bits - 48 : Math.max(16, bits - 56);
  return { form, v4: (w1 << 16) | ((w2 >>> 8) & 0xffff), bits: within };
}

function networkText(v4: number, bits: number): string {
  const network = bits === 0 ? 0 : v4 & (-1 << (32 - bits));
  return `${[network >>> 24, (network >>> 16) & 255, (network >>> 8) & 255, network & 255].join('.')}/${String(bits)}`;
}
