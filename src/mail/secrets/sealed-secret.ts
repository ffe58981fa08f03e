/**
 * How a provider's secret is kept: `kgs1.<key id>.<nonce>.<ciphertext and tag>`, base64url without padding, AES-256-GCM. Each record has
 * a key of its own, HKDF-SHA-256 (RFC 5869) of the installation's key; record, purpose and key id are authenticated with the text, so
 * that none opens in another's place. Everything here is a function of its arguments; other programs can read and write the same.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { utf8 } from '../../base/text/json.js';
import { Secret } from '../../base/crypto/secret.js';

/** A key of the installation, 32 bytes. The id is not secret; it consists of letters, digits, `-` and `_`. */
interface RingKey {
  readonly id: string;
  readonly key: Secret;
}

/** The first seals, all open. */
export type KeyRing = readonly [RingKey, ...RingKey[]];

/** What a secret is of, and what for. */
export interface SecretPlace {
  /** `provider:17`. */
  readonly record: string;
  readonly purpose: string;
}

type SecretFault =
  /** It is no sealed secret, or not written in the one way that it may be. */
  | 'format'
  /** It was sealed with a key that the ring does not have. */
  | 'key unknown'
  /** It was changed, or is another record's or purpose's; or a key with the same id is another one. */
  | 'not authentic';

export type OpenedSecret =
  | { readonly kind: 'opened'; readonly secret: Secret; readonly keyId: string }
  | { readonly kind: 'refused'; readonly why: SecretFault };

const VERSION = 'kgs1';
const LABEL = 'koder-gate/secret/v1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
/** Node takes a shorter tag, and so fewer bits to guess, where it is not told the length. */
const TAG_BYTES = 16;
const FORM = /^kgs1\.([\w-]{1,64})\.([\w-]{16})\.([\w-]+)$/;

/** `nonce`: 12 random bytes as hex, never the same twice. */
export function sealSecret(
  [{ id, key }]: KeyRing,
  place: SecretPlace,
  { text, nonce: hex }: { readonly text: string; readonly nonce: string },
): string {
  const nonce = Buffer.from(hex, 'hex');
  if (nonce.length !== NONCE_BYTES) throw new Error('a nonce has 12 bytes');
  const cipher = createCipheriv('aes-256-gcm', keyOf(key, id, place), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place, id));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

export function openSecret(ring: KeyRing, place: SecretPlace, sealed: string): OpenedSecret {
  const [, keyId = '', nonceText = '', bodyText = ''] = FORM.exec(sealed) ?? [];
  const [nonce, body] = [canonical(nonceText), canonical(bodyText)];
  if (nonce?.length !== NONCE_BYTES || body === null || body.length < TAG_BYTES) return refused('format');
  const known = ring.find(({ id }) => id === keyId);
  if (known === undefined) return refused('key unknown');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(known.key, keyId, place), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(place, keyId));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    const text = utf8(Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]));
    return text === null ? refused('format') : { kind: 'opened', secret: new Secret(text), keyId };
  } catch {
    return refused('not authentic');
  }
}

function refused(why: SecretFault): OpenedSecret {
  return { kind: 'refused', why };
}

/** Base64url has several texts for the same bytes, padded or with other unused bits; one of them is taken (RFC 4648, 3.5). */
function canonical(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

function keyOf(key: Secret, keyId: string, { record, purpose }: SecretPlace): Buffer {
  const info = prefixed(LABEL, purpose, keyId);
  return Buffer.from(hkdfSync('sha256', key.reveal(), prefixed(record), info, KEY_BYTES));
}

function boundTo({ record, purpose }: SecretPlace, keyId: string): Buffer {
  return prefixed(LABEL, record, purpose, keyId);
}

/** Each part behind its length in 16 bits, so that no two lists of parts give the same bytes. */
function prefixed(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}
