/** Tokens of services that sign people in, as text. */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import { Secret } from '../../base/crypto/secret.js';

/** Begins as a producer's token does, so that no verifier of a producer is ever shown one; never taken for one of these. */
const PREFIX = 'kgst_identity_';
const RANDOM_BYTES = 32;
const SHAPE = /^kgst_identity_[A-Za-z0-9_-]{43}$/;

/** `kgst_identity_` and 256 random bits in base64url. */
export function newServiceBearer(random: Pick<Random, 'hex'>): Secret {
  const bits = Buffer.from(random.hex(RANDOM_BYTES), 'hex').toString('base64url');
  return new Secret(`${PREFIX}${bits}`);
}

export function isServiceBearer(text: string): boolean {
  return SHAPE.test(text);
}

/** All that is kept. With 256 random bits there is nothing to guess, so that a slow hash would protect nothing more. */
export function serviceBearerHash(token: string): string {
  return sha256Hex(token);
}
