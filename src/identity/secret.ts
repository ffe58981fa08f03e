/** What a browser, a link or a cookie holds to be known again: 256 random bits in hex. Only its hash is kept. */
import type { Random } from '../base/crypto/random.js';

const BYTES = 32;
const SHAPE = /^[0-9a-f]{64}$/;

export function newSecret(random: Pick<Random, 'hex'>): string {
  return random.hex(BYTES);
}

export function isSecret(presented: string | undefined): presented is string {
  return presented !== undefined && SHAPE.test(presented);
}
