/**
 * Lists of networks that cover more than anybody means. One entry may do that, and so may several that each look harmless:
 * `0.0.0.0/1` with `128.0.0.0/1` is the whole internet.
 */
import { addressWords } from './address-words.js';
import { parseWritten } from './parse-address.js';

/** As wide as the largest private network, 10.0.0.0/8; and as the largest that a registry usually gives to one provider. */
export const WIDEST_BITS = { 4: 8, 6: 19 } as const;
/**
 * A list may cover as much as so many of these in pieces that do not touch: loopback and all private networks are a
 * little more than two.
 */
const MOST_IN_PIECES = 4n;

export interface TooWide {
  /** What is covered in one piece: `0.0.0.0/0`. Null: no single piece is too wide, but all together are. */
  readonly network: string | null;
  /** Whether one entry alone is that wide. */
  readonly isOneEntry: boolean;
  readonly family: 4 | 6;
  /** It covers every address there is. */
  readonly isEverything: boolean;
}

/** The variables that `ALLOW_WIDE_NETWORKS` names. */
export function wideLists(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** How to say that a variable's list is meant to be wide, for cures. */
export function wideFlag(name: string): string {
  return `ALLOW_WIDE_NETWORKS=${name}`;
}

interface Block {
  readonly start: bigint;
  readonly bits: number;
}

/** Null where nothing is too wide. Texts that are no networks are left out: they have a problem of their own. */
export function tooWide(networks: readonly string[]): TooWide | null {
  return tooWideOf(networks, 4) ?? tooWideOf(networks, 6);
}

function tooWideOf(networks: readonly string[], family: 4 | 6): TooWide | null {
  const blocks = networks
    .flatMap((text) => blockOf(text, family) ?? [])
    .filter((block) => !isUniqueLocal(block, family));
  const widest = WIDEST_BITS[family];
  const size = (bits: number): bigint => 1n << BigInt(lengthOf(family) - bits);
  const merged = mergedOf(blocks, family);
  const piece = merged.find(({ bits }) => bits < widest);
  if (piece !== undefined)
    return {
      network: `${textOf(piece.start, family)}/${String(piece.bits)}`,
      isOneEntry: blocks.some(({ bits }) => bits < widest),
      family,
      isEverything: piece.bits === 0,
    };
  const covered = merged.reduce((sum, { bits }) => sum + size(bits), 0n);
  if (covered <= MOST_IN_PIECES * size(widest)) return null;
  return { network: null, isOneEntry: false, family, isEverything: false };
}

/** The fewest blocks that cover the same: sorted, without what lies in others, neighbours joined. */
function mergedOf(blocks: readonly Block[], family: 4 | 6): readonly Block[] {
  const sorted = [...blocks].sort((one, other) =>
    one.start === other.start ? one.bits - other.bits : one.start < other.start ? -1 : 1,
  );
  const merged: Block[] = [];
  for (const block of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && prefix(block.start, last.bits, family) === prefix(last.start, last.bits, family))
      continue;
    merged.push(block);
    joinLast(merged, family);
  }
  return merged;
}

function joinLast(merged: Block[], family: 4 | 6): void {
  for (;;) {
    const [one, other] = merged.slice(-2);
    if (other === undefined || one?.bits !== other.bits) return;
    const bits = one.bits - 1;
    if (prefix(one.start, bits, family) !== prefix(other.start, bits, family)) return;
    merged.splice(-2, 2, { start: one.start, bits });
  }
}

/** fc00::/7 (RFC 4193): for private networks alone, so that all of it is no wider than 10.0.0.0/8 is for IPv4. */
function isUniqueLocal({ start, bits }: Block, family: 4 | 6): boolean {
  return family === 6 && bits >= 7 && prefix(start, 7, family) === 0xfcn >> 1n;
}

function prefix(address: bigint, bits: number, family: 4 | 6): bigint {
  return address >> BigInt(lengthOf(family) - bits);
}

function blockOf(text: string, family: 4 | 6): Block | null {
  const [address = '', bitsText] = text.split('/');
  const words = addressWords();
  if (!parseWritten(address, words) || words.family !== family) return null;
  const length = lengthOf(family);
  const bits = bitsText === undefined ? length : Number(bitsText);
  if (!Number.isInteger(bits) || bits < 0 || bits > length) return null;
  const all = family === 4 ? [words.w0] : [words.w0, words.w1, words.w2, words.w3];
  const start = all.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return { start: prefix(start, bits, family) << BigInt(length - bits), bits };
}

function lengthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** The upper half is enough: nothing this wide ends in the lower one. */
function textOf(start: bigint, family: 4 | 6): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((start >> shift) & 255n)).join('.');
  const groups = [112n, 96n].map((shift) => ((start >> shift) & 0xffffn).toString(16));
  return groups[1] === '0' ? (groups[0] === '0' ? '::' : `${groups[0] ?? ''}::`) : `${groups.join(':')}::`;
}
