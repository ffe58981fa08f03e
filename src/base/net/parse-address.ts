/**
 * Addresses as integers, for the hot path: text into four 32-bit words, without allocating for each look-up. Agrees
 * with `canonicalAddress` of base on what is an address; a test holds the two together.
 */
import type { AddressWords } from './address-words.js';
import { unwrapCarried } from './carried-address.js';

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const TO_LOWER_CASE = 0x20;
const LOWER_A = 97;
const LOWER_F = 102;
const MAX_V4_CHARACTERS = 15;
const MAX_PLAIN_V6_CHARACTERS = 39;
const V6_BYTES = 16;
/** Bytes 10 and 11 of a v4-mapped address; all before them are zero. */
const MAPPED = 0xffff;
const ZONE = /^%[\w.-]{1,64}$/;

/**
 * The address that counts: an IPv6 address that carries an IPv4 address is that IPv4 address. False for anything that is
 * not one plain address: ports, brackets, octal and short forms are none, and neither is an IPv6 address that claims to
 * carry an IPv4 address which it cannot.
 */
export function parseAddress(text: string, into: AddressWords): boolean {
  return parseWritten(text, into) && (into.family === 4 || unwrapCarried(into));
}

/** The address as it is written, for networks: only an IPv4-mapped one is IPv4. */
export function parseWritten(text: string, into: AddressWords): boolean {
  const v4 = text.length <= MAX_V4_CHARACTERS ? parseV4(text, 0) : NaN;
  if (Number.isNaN(v4)) return parseV6(text, into);
  into.family = 4;
  into.w0 = v4;
  into.w1 = into.w2 = into.w3 = 0;
  return true;
}

/** From `start` to the end. The 32 bits as a signed integer; NaN when that is no IPv4 address. */
function parseV4(text: string, start: number): number {
  let word = 0;
  let part = -1;
  let dots = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (part === -1) return NaN;
      word = (word << 8) | part;
      part = -1;
      dots += 1;
    } else {
      if (code < ZERO || code > NINE || part === 0) return NaN; // a zero in front means octal to some
      part = (part === -1 ? 0 : part * 10) + code - ZERO;
      if (part > 255) return NaN;
    }
  }
  return part === -1 || dots !== 3 ? NaN : (word << 8) | part;
}

const bytes = new DataView(new ArrayBuffer(V6_BYTES));

function parseV6(text: string, into: AddressWords): boolean {
  const zone = text.indexOf('%');
  if (zone !== -1 && !ZONE.test(text.slice(zone))) return false;
  if (!fillBytes(zone === -1 ? text : text.slice(0, zone))) return false;
  const isMapped =
    bytes.getInt32(0) === 0 && bytes.getInt32(4) === 0 && bytes.getUint16(8) === 0 && bytes.getUint16(10) === MAPPED;
  into.family = isMapped ? 4 : 6;
  into.w0 = bytes.getInt32(isMapped ? 12 : 0);
  into.w1 = isMapped ? 0 : bytes.getInt32(4);
  into.w2 = isMapped ? 0 : bytes.getInt32(8);
  into.w3 = isMapped ? 0 : bytes.getInt32(12);
  return true;
}

/** RFC 4291, section 2.2: eight groups in hex, at most one `::` for one or more of them, the last two perhaps dotted. */
function fillBytes(text: string): boolean {
  let filled = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    const end = groupEnd(text, at);
    const isDotted = text.charCodeAt(end) === DOT;
    if (isDotted) {
      if (!putDotted(text, at, filled)) return false;
      filled += 4;
      break;
    }
    if (!putGroup(text, { at, end, filled })) return false;
    filled += 2;
    if (end === text.length) break;
    if (text.charCodeAt(end) !== COLON || end + 1 === text.length) return false;
    at = end + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap !== -1) return false;
    gap = filled;
    at += 1;
  }
  const isPlainLength = text.length <= MAX_PLAIN_V6_CHARACTERS || text.includes('.');
  return isPlainLength && spread(filled, gap);
}

function groupEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && hexDigit(text.charCodeAt(end)) !== -1) end += 1;
  return end;
}

function putGroup(text: string, group: { at: number; end: number; filled: number }): boolean {
  const { at, end, filled } = group;
  if (end === at || end - at > 4 || filled + 2 > V6_BYTES) return false;
  let value = 0;
  for (let digit = at; digit < end; digit += 1) value = (value << 4) | hexDigit(text.charCodeAt(digit));
  bytes.setUint16(filled, value);
  return true;
}

function putDotted(text: string, at: number, filled: number): boolean {
  const tail = parseV4(text, at);
  if (Number.isNaN(tail) || filled + 4 > V6_BYTES) return false;
  bytes.setInt32(filled, tail);
  return true;
}

/** Moves what stood behind `::` to the end and fills the gap with zeros. */
function spread(filled: number, gap: number): boolean {
  if (gap === -1) return filled === V6_BYTES;
  if (filled === V6_BYTES) return false;
  const behind = filled - gap;
  for (let back = 1; back <= behind; back += 1) bytes.setUint8(V6_BYTES - back, bytes.getUint8(filled - back));
  for (let at = gap; at < V6_BYTES - behind; at += 1) bytes.setUint8(at, 0);
  return true;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const lower = code | TO_LOWER_CASE;
  return lower >= LOWER_A && lower <= LOWER_F ? lower - LOWER_A + 10 : -1;
}
