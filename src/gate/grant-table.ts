/**
 * The live grants of one site: open addressing over one typed array, integer keys, deadlines in seconds. 24 bytes a slot,
 * at most half of the slots in use; a look-up makes no object and no string, and all it reads lies side by side: with
 * 100,000 grants it is the cache lines that cost. A revoked grant keeps its slot with a deadline in the past; the next
 * whole re-read builds a new table without it.
 */
import type { AddressWords } from '../base/address-words.js';

export interface GrantEntry {
  readonly deadlineSeconds: number;
  readonly grantId: number;
  readonly approver: number;
}

export interface GrantTable {
  /** The slot of a grant that is live at this second; -1 for none. */
  find(address: AddressWords, nowSeconds: number): number;
  grantIdAt(slot: number): number;
  approverAt(slot: number): number;
  /** The later deadline wins where the address has one already. */
  put(address: AddressWords, entry: GrantEntry): void;
  revoke(grantIds: ReadonlySet<number>): void;
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

const MIN_SLOTS = 16;
/** IPv4 stands under a first word that no global IPv6 address has (ff02::/16 is multicast, RFC 4291). */
const V4_HIGH = 0xff02_0000 | 0;
const REVOKED_SECONDS = 1;

export function grantTable(): GrantTable {
  let slots = MIN_SLOTS;
  let words = new Int32Array(slots * SLOT_WORDS);
  let used = 0;

  /** Where the slot of this key begins, or the free one it would take. */
  const placeOf = (high: number, low: number): number => {
    let slot = spreadBits(high, low) & (slots - 1);
    let place = slot * SLOT_WORDS;
    while (words[place + DEADLINE] !== 0 && (words[place + LOW] !== low || words[place + HIGH] !== high)) {
      slot = (slot + 1) & (slots - 1);
      place = slot * SLOT_WORDS;
    }
    return place;
  };
  const grantIdAt = (place: number): number =>
    unsigned(words[place + GRANT_HIGH]) * WORD + unsigned(words[place + GRANT_LOW]);
  const grow = (): void => {
    const old = words;
    slots *= 2;
    words = new Int32Array(slots * SLOT_WORDS);
    for (let from = 0; from < old.length; from += SLOT_WORDS) {
      if (old[from + DEADLINE] === 0) continue;
      words.set(old.subarray(from, from + SLOT_WORDS), placeOf(old[from + HIGH] ?? 0, old[from + LOW] ?? 0));
    }
  };

  return {
    find(address, nowSeconds) {
      const place = placeOf(highOf(address), lowOf(address));
      return unsigned(words[place + DEADLINE]) > nowSeconds ? place : -1;
    },
    grantIdAt,
    approverAt: (place) => unsigned(words[place + APPROVER]),
    put(address, { deadlineSeconds, grantId, approver }) {
      const [high, low] = [highOf(address), lowOf(address)];
      const place = placeOf(high, low);
      const before = unsigned(words[place + DEADLINE]);
      if (before > deadlineSeconds) return;
      words.set([high, low, deadlineSeconds, approver, grantId % WORD, Math.floor(grantId / WORD)], place);
      if (before !== 0) return;
      used += 1;
      if (used * 2 > slots) grow();
    },
    revoke(grantIds) {
      for (let place = 0; place < words.length; place += SLOT_WORDS)
        if (words[place + DEADLINE] !== 0 && grantIds.has(grantIdAt(place))) words[place + DEADLINE] = REVOKED_SECONDS;
    },
    get size() {
      return used;
    },
  };
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
