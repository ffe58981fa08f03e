/** The ring of `GATE_SECRET`: its first key seals, all open. A key is rotated by putting a new one before it and, later, taking it out. */
import { keyId } from '../../base/crypto/encryption.js';
import type { Secret } from '../../base/crypto/secret.js';
import type { KeyRing } from './sealed-secret.js';

/** `keys`: 32 bytes each. */
export function keyRing(keys: readonly Secret[]): KeyRing {
  const [first, ...others] = keys.map((key) => ({ id: keyId(key), key }));
  if (first === undefined) throw new Error('a ring has at least one key');
  return [first, ...others];
}
