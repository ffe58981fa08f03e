/**
 * The live grants of one site: open addressing over typed arrays, integer keys, deadlines in seconds. 24 bytes a slot,
 * at most half of the slots in use; a look-up makes no object and no string. A revoked grant keeps its slot with a
 * deadline in the past; the next whole re-read builds a new table without it.
 */
import type { AddressWords } from './address-words.js';

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

interface Arrays {
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** Zero: the slot was never used. */
  readonly deadlines: Uint32Array;
  /** Doubles: a database's number may outgrow 32 bits. */
  readonly grantIds: Float64Array;
  readonly approvers: Uint32Array;
}

const MIN_SLOTS = 16;
/** IPv4 stands under a first word that no global IPv6 address has (ff02::/16 is multicast, RFC 4291). */
const V4_HIGH = 0xff02_0000 | 0;
const REVOKED_SECONDS = 1;

export function grantTable(expected = 0): GrantTable {
  let slots = MIN_SLOTS;
  while (slots < expected * 2) slots *= 2;
  let arrays = arraysOf(slots);
  let used = 0;

  const slotOf = (high: number, low: number): number => {
    const mask = arrays.high.length - 1;
    let slot = spreadBits(high, low) & mask;
    while (arrays.deadlines[slot] !== 0 && (arrays.low[slot] !== low || arrays.high[slot] !== high))
      slot = (slot + 1) & mask;
    return slot;
  };
  const write = (slot: number, key: { high: number; low: number }, entry: GrantEntry): void => {
    if (arrays.deadlines[slot] === 0) used += 1;
    arrays.high[slot] = key.high;
    arrays.low[slot] = key.low;
    arrays.deadlines[slot] = entry.deadlineSeconds;
    arrays.grantIds[slot] = entry.grantId;
    arrays.approvers[slot] = entry.approver;
  };
  const grow = (): void => {
    const old = arrays;
    arrays = arraysOf(old.high.length * 2);
    used = 0;
    old.deadlines.forEach((deadlineSeconds, slot) => {
      if (deadlineSeconds === 0) return;
      const key = { high: old.high[slot] ?? 0, low: old.low[slot] ?? 0 };
      const entry = { deadlineSeconds, grantId: old.grantIds[slot] ?? 0, approver: old.approvers[slot] ?? 0 };
      write(slotOf(key.high, key.low), key, entry);
    });
  };

  return {
    find(address, nowSeconds) {
      const slot = slotOf(highOf(address), lowOf(address));
      return (arrays.deadlines[slot] ?? 0) > nowSeconds ? slot : -1;
    },
    grantIdAt: (slot) => arrays.grantIds[slot] ?? 0,
    approverAt: (slot) => arrays.approvers[slot] ?? 0,
    put(address, entry) {
      const key = { high: highOf(address), low: lowOf(address) };
      const slot = slotOf(key.high, key.low);
      if ((arrays.deadlines[slot] ?? 0) > entry.deadlineSeconds) return;
      write(slot, key, entry);
      if (used * 2 > arrays.high.length) grow();
    },
    revoke(grantIds) {
      arrays.grantIds.forEach((grantId, slot) => {
        if (arrays.deadlines[slot] !== 0 && grantIds.has(grantId)) arrays.deadlines[slot] = REVOKED_SECONDS;
      });
    },
    get size() {
      return used;
    },
  };
}

function arraysOf(slots: number): Arrays {
  return {
    high: new Int32Array(slots),
    low: new Int32Array(slots),
    deadlines: new Uint32Array(slots),
    grantIds: new Float64Array(slots),
    approvers: new Uint32Array(slots),
  };
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
