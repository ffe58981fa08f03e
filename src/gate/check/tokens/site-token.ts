/** Site tokens as text: callers without a browser pass to one site by one. */
import type { Random } from '../../../base/crypto/random.js';
import { sha256Hex } from '../../../base/crypto/digest.js';
import { Secret } from '../../../base/crypto/secret.js';

/** Begins as a producer's token does, so that no verifier of a producer is ever shown one; never taken for one of these. */
const PREFIX = 'kgst_site_';
const RANDOM_BYTES = 32;
const SHAPE = /^kgst_site_[A-Za-z0-9_-]{43}$/;

/** `kgst_site_` and 256 random bits in base64url. */
export function newSiteToken(random: Pick<Random, 'hex'>): Secret {
  const bits = Buffer.from(random.hex(RANDOM_BYTES), 'hex').toString('base64url');
  return new Secret(`${PREFIX}${bits}`);
}

export function isSiteToken(text: string): boolean {
  return SHAPE.test(text);
}

/** Ours by its prefix, whole or not: the site's own server must never see it. */
export function holdsSiteToken(text: string): boolean {
  return text.includes(PREFIX);
}

/** All that is kept. With 256 random bits there is nothing to guess, so that a slow hash would protect nothing more. */
export function siteTokenHash(token: string): string {
  return sha256Hex(token);
}
