/** Service tokens as text: what one looks like, how it is made, and what is kept of it. */
import type { Random } from '../../base/crypto/random.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import { Secret } from '../../base/crypto/secret.js';

/** Recognisable, so that a scanner finds one that was published by mistake, and no other service is ever asked about it. */
const PREFIX = 'kgst_';
const RANDOM_BYTES = 32;
const SHAPE = /^kgst_[A-Za-z0-9_-]{43}$/;

/** `kgst_` and 256 random bits in base64url. */
export function newServiceToken(random: Pick<Random, 'hex'>): Secret {
  const bits = Buffer.from(random.hex(RANDOM_BYTES), 'hex').toString('base64url');
  return new Secret(`${PREFIX}${bits}`);
}

export function isServiceToken(bearer: string): boolean {
  return SHAPE.test(bearer);
}

/** All that is kept. With 256 random bits there is nothing to guess, so that a slow hash would protect nothing more. */
export function serviceTokenHash(token: string): string {
  return sha256Hex(token);
}

/** Ours by its prefix, well-formed or not: nobody else is shown it. */
export function looksLikeServiceToken(bearer: string): boolean {
  return bearer.startsWith(PREFIX);
}
