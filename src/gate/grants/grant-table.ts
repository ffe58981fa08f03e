/**
 * The live grants of one site: open addressing over typed arrays, integer keys, deadlines in seconds. 24 bytes a slot, at
 * most half of the slots in use; a look-up makes no object and no string, and all it reads lies side by side: with 100,000
 * grants it is the cache lines that cost. It consists of parts that grow one at a time, because moving a million grants at
 * once would stop every check meanwhile.
 */
import type { AddressWords } from '../../base/net/address-words.js';

export interface GrantEntry {
  deadlineSeconds: number;
  grantId: number;
  /** Below 2^32. */
  approver: number;
}

export interface GrantTable {
  /** Whether this address has a grant that is live at this second; if so, it is in `into`. */
  find(address: AddressWords, nowSeconds: number, into: GrantEntry): boolean;
  /** Of an address's grants the newest stands; of one grant the later deadline, because none is ever shortened. */
  put(address: AddressWords, entry: Readonly<GrantEntry>): void;
  readonly size: number;
}

/** The words of a slot. A deadline of zero: the slot was never used. */
const HIGH = 0;
const LOW = 1;
const DEADLINE = 2;
const APPROVER = 3;
/** A database's number may outgrow 32 bits, so it has two words. */
const GRANT_LOW = 4;
const GRANT_HIGH = 5;
const SLOT_WORDS = 6;
const WORD = 2 ** 32;

/** The upper bits of a key's spread choose its part, the lower ones its slot there. */
const PART_BITS = 6;
const PARTS = 2 ** PART_BITS;
const PART_SHIFT = 32 - PART_BITS;
const MIN_SLOTS = 8;
/** What every part of a table is until it holds something: there may be thousands of preview hosts with a grant or two. */
const EMPTY = new Int32Array(MIN_SLOTS * SLOT_WORDS);
/** There is always one; this is for the compiler, and holds nothing. */
const NO_PART = new Int32Array(SLOT_WORDS);
/** IPv4 stands under a first word that no global IPv6 address has (ff02::/16 is multicast, RFC 4291). */
const V4_HIGH = 0xff02_0000 | 0;

/** `expected`: how many grants it is to hold without growing. */
export function grantTable(expected = 0): GrantTable {
  const slots = slotsFor(expected / PARTS);
  const parts: Int32Array[] = Array.from({ length: PARTS }, () =>
    expected === 0 ? EMPTY : new Int32Array(slots * SLOT_WORDS),
  );
  const used = new Int32Array(PARTS);
  let size = 0;

  const partOf = (spread: number): Int32Array => parts[spread >>> PART_SHIFT] ?? NO_PART;
  const partToFill = (spread: number): Int32Array => {
    const words = partOf(spread);
    return words === EMPTY ? (parts[spread >>> PART_SHIFT] = new Int32Array(EMPTY.length)) : words;
  };
  const countOneMore = (spread: number): void => {
    const part = spread >>> PART_SHIFT;
    const [words, held] = [partOf(spread), (used[part] ?? 0) + 1];
    used[part] = held;
    size += 1;
    if (held * 2 > words.length / SLOT_WORDS) parts[part] = grown(words);
  };

  return {
    find(address, nowSeconds, into) {
      const high = highOf(address);
      const low = lowOf(address);
      const spread = spreadBits(high, low);
      const words = partOf(spread);
      const place = placeOf(words, { high, low, spread });
      const deadlineSeconds = unsigned(words[place + DEADLINE]);
      if (deadlineSeconds <= nowSeconds) return false;
      into.deadlineSeconds = deadlineSeconds;
      into.grantId = grantIdAt(words, place);
      into.approver = unsigned(words[place + APPROVER]);
      return true;
    },
    put(address, { deadlineSeconds, grantId, approver }) {
      const high = highOf(address);
      const low = lowOf(address);
      const spread = spreadBits(high, low);
      const words = partToFill(spread);
      const place = placeOf(words, { high, low, spread });
      const before = unsigned(words[place + DEADLINE]);
      const idBefore = grantIdAt(words, place);
      if (before !== 0 && (idBefore > grantId || (idBefore === grantId && before > deadlineSeconds))) return;
      words[place + HIGH] = high;
      words[place + LOW] = low;
      words[place + DEADLINE] = deadlineSeconds;
      words[place + APPROVER] = approver;
      words[place + GRANT_LOW] = grantId % WORD;
      words[place + GRANT_HIGH] = Math.floor(grantId / WORD);
      if (before === 0) countOneMore(spread);
    },
    get size() {
      return size;
    },
  };
}

interface Key {
  readonly high: number;
  readonly low: number;
  readonly spread: number;
}

/** Where the slot of this key begins, or the free one it would take. */
function placeOf(words: Int32Array, { high, low, spread }: Key): number {
  let place = (spread & (words.length / SLOT_WORDS - 1)) * SLOT_WORDS;
  while (words[place + DEADLINE] !== 0 && (words[place + LOW] !== low || words[place + HIGH] !== high)) {
    place += SLOT_WORDS;
    if (place === words.length) place = 0;
  }
  return place;
}

function grantIdAt(words: Int32Array, place: number): number {
  const [high, low] = [unsigned(words[place + GRANT_HIGH]), unsigned(words[place + GRANT_LOW])];
  // the product would be a floating-point number to V8, even zero: slower to look up in a set and to write in digits
  return high === 0 ? low : high * WORD + low;
}

function grown(old: Int32Array): Int32Array {
  const words = new Int32Array(old.length * 2);
  for (let from = 0; from < old.length; from += SLOT_WORDS) {
    if (old[from + DEADLINE] === 0) continue;
    const [high, low] = [old[from + HIGH] ?? 0, old[from + LOW] ?? 0];
    const place = placeOf(words, { high, low, spread: spreadBits(high, low) });
    for (let word = 0; word < SLOT_WORDS; word += 1) words[place + word] = old[from + word] ?? 0;
  }
  return words;
}

/** A power of two, so that a few bits name a slot. */
function slotsFor(grants: number): number {
  return Math.max(MIN_SLOTS, 2 ** Math.ceil(Math.log2(Math.max(1, grants) * 2)));
}

/** Stored signed, because a signed word needs no allocation; seconds and numbers are not negative. */
function unsigned(word: number | undefined): number {
  return (word ?? 0) >>> 0;
}

/** An IPv6 grant is for the /64: the first two words. */
function highOf(address: AddressWords): number {
  return address.family === 4 ? V4_HIGH : address.w0;
}

function lowOf(address: AddressWords): number {
  return address.family === 4 ? address.w0 : address.w1;
}

/** Mixes both words so that neighbours do not pile up (the finaliser of MurmurHash3, public domain). */
function spreadBits(high: number, low: number): number {
  let mixed = Math.imul(high, 0x9e37_79b1) ^ low;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
