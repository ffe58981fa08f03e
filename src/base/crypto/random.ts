/** Randomness as a parameter: ids, tokens and jitter. */
import { randomBytes, randomInt } from 'node:crypto';

export interface Random {
  /** `bytes` cryptographically random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** 20 characters of lower-case Crockford base32: 100 random bits without look-alikes. */
  id(): string;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARACTERS = 20;

/** Bytes for this many ids are drawn in one call, as `crypto.randomUUID` does: the call is what costs, not the bytes. */
const IDS_AT_ONCE = 64;

export function systemRandom(): Random {
  let bytes = Buffer.alloc(0);
  function idBytes(): Buffer {
    if (bytes.length === 0) bytes = randomBytes(ID_CHARACTERS * IDS_AT_ONCE);
    const own = bytes.subarray(0, ID_CHARACTERS);
    bytes = bytes.subarray(ID_CHARACTERS);
    return own;
  }
  return {
    hex: (count) => randomBytes(count).toString('hex'),
    id: () => idBytes().reduce((id, byte) => id + CROCKFORD.charAt(byte % 32), ''),
    fraction: () => randomInt(2 ** 32) / 2 ** 32,
  };
}
