/** Chance as a parameter: ids, tokens and jitter. */
import { randomBytes, randomInt } from 'node:crypto';

export interface Chance {
  /** `bytes` cryptographically random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** 20 characters of lower-case Crockford base32: 100 random bits without look-alikes. */
  id(): string;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARACTERS = 20;

export function systemChance(): Chance {
  return {
    hex: (bytes) => randomBytes(bytes).toString('hex'),
    id: () => Array.from(randomBytes(ID_CHARACTERS), (byte) => CROCKFORD.charAt(byte % 32)).join(''),
    fraction: () => randomInt(2 ** 32) / 2 ** 32,
  };
}
