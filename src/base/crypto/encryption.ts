/**
 * Seals small texts under `GATE_SECRET`: AES-256-GCM, one key a purpose by HKDF-SHA-256 (RFC 5869). The first key
 * seals, all open, so that a key can be rotated out. A sealed text is `<key id>.<nonce>.<ciphertext and tag>`.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from './secret.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export interface Encryption {
  /** `bound` is authenticated with the text: what was sealed for one row does not open for another. */
  seal(purpose: string, bound: string, text: string): string;
  /** Null when no key opens it. */
  open(purpose: string, bound: string, sealed: string): string | null;
  /** This installation's own key for a purpose, from the first key of `GATE_SECRET`. */
  deriveKey(purpose: string): Secret;
}

/** `keys`: 32 bytes each, at least one. There are few purposes, so the key derived for each is kept. */
export function createEncryption(keys: readonly Secret[]): Encryption {
  const all = keys.map(ownKeys);
  const [first] = all;
  if (first === undefined) throw new Error('encryption needs at least one key');
  const byId = new Map(all.map((own) => [own.id, own]));
  return {
    seal(purpose, bound, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', first.of(purpose).reveal(), nonce);
      cipher.setAAD(Buffer.from(bound));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${first.id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
    },
    open(purpose, bound, sealed) {
      const [id, nonce, body] = sealed.split('.').map((part) => part);
      const own = byId.get(id ?? '');
      if (own === undefined || nonce === undefined || body === undefined) return null;
      return decrypt({ key: own.of(purpose).reveal(), nonce, body, bound });
    },
    deriveKey: first.of,
  };
}

interface OwnKeys {
  readonly id: string;
  /** The key for a purpose. */
  readonly of: (purpose: string) => Secret;
}

function ownKeys(key: Secret): OwnKeys {
  const derived = new Map<string, Secret>();
  return {
    id: keyId(key),
    of(purpose) {
      const kept = derived.get(purpose) ?? derive(key, purpose);
      derived.set(purpose, kept);
      return kept;
    },
  };
}

function derive(key: Secret, purpose: string): Secret {
  return new Secret(new Uint8Array(hkdfSync('sha256', key.reveal(), '', `koder-gate/${purpose}`, KEY_BYTES)));
}

/** Names a key without telling it, so that what was sealed by it can say so. */
export function keyId(key: Secret): string {
  return createHash('sha256').update('koder-gate/key-id').update(key.reveal()).digest('hex').slice(0, 8);
}

function decrypt(sealed: { key: Buffer; nonce: string; body: string; bound: string }): string | null {
  const body = Buffer.from(sealed.body, 'base64url');
  if (body.length < TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', sealed.key, Buffer.from(sealed.nonce, 'base64url'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(sealed.bound));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null; // another key, or changed bytes: both mean "not ours"
  }
}
