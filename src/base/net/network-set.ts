/** A set of CIDR networks, grouped by prefix length: a test costs one look-up for each length in use, however many networks. */
import { addressWords, type AddressWords } from './address-words.js';
import { parseWritten } from './parse-address.js';

export interface NetworkSet {
  has(address: AddressWords): boolean;
}

interface V6Bucket {
  readonly bits: number;
  readonly networks: AddressWords[];
}

const WORD_BITS = 32;
/** A v4-mapped network (`::ffff:192.0.2.0/120`) is an IPv4 network 96 bits in. */
const MAPPED_BITS = 96;

/** Throws for a text that is no network. Configuration refuses those first, so that would be a bug. */
export function networkSet(networks: readonly string[]): NetworkSet {
  const v4 = new Map<number, Set<number>>();
  const v6 = new Map<number, V6Bucket>();
  for (const text of networks) add(text, v4, v6);
  const v4Buckets = [...v4].map(([bits, values]) => ({ mask: maskOf(bits), values }));
  const v6Buckets = [...v6.values()];
  return {
    has(address) {
      if (address.family === 4) {
        for (const { mask, values } of v4Buckets) if (values.has(address.w0 & mask)) return true;
        return false;
      }
      for (const { bits, networks: held } of v6Buckets)
        for (const network of held) if (isSamePrefix(network, address, bits)) return true;
      return false;
    },
  };
}

function add(text: string, v4: Map<number, Set<number>>, v6: Map<number, V6Bucket>): void {
  const [addressText = '', bitsText] = text.split('/');
  const network = addressWords();
  if (!parseWritten(addressText, network)) throw new Error('a network begins with an address');
  const widest = network.family === 4 ? WORD_BITS : WORD_BITS * 4;
  const given = bitsText === undefined ? widest : Number(bitsText);
  const bits = network.family === 4 && given > WORD_BITS ? given - MAPPED_BITS : given;
  if (!Number.isInteger(bits) || bits < 0 || bits > widest) throw new Error('a network has a prefix length');
  if (network.family === 6) {
    const bucket = v6.get(bits) ?? { bits, networks: [] };
    bucket.networks.push(network);
    v6.set(bits, bucket);
    return;
  }
  const values = v4.get(bits) ?? new Set<number>();
  values.add(network.w0 & maskOf(bits));
  v4.set(bits, values);
}

/** The upper `bits` of one word; a shift by 32 would be a shift by none. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= WORD_BITS ? -1 : -1 << (WORD_BITS - bits);
}

function isSamePrefix(one: AddressWords, other: AddressWords, bits: number): boolean {
  return (
    ((one.w0 ^ other.w0) & maskOf(bits)) === 0 &&
    ((one.w1 ^ other.w1) & maskOf(bits - WORD_BITS)) === 0 &&
    ((one.w2 ^ other.w2) & maskOf(bits - WORD_BITS * 2)) === 0 &&
    ((one.w3 ^ other.w3) & maskOf(bits - WORD_BITS * 3)) === 0
  );
}
