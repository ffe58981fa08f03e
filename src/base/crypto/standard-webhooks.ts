/**
 * Standard Webhooks signatures over raw bytes: `webhook-id`, `webhook-timestamp`, `webhook-signature`
 * (standardwebhooks.com, specification 1.0). Symmetric `v1` only. Stricter than the reference libraries: a timestamp
 * is all digits, a key has at least 24 bytes, and nothing is decoded before it is hashed.
 */
import { createHmac } from 'node:crypto';
import { isSameSecret } from './digest.js';
import type { Secret } from './secret.js';

/** Both into the past and into the future, as all libraries of the standard have it. */
export const WINDOW_SECONDS = 300;
const MIN_KEY_BYTES = 24;
const MAX_PRESENTED_SIGNATURES = 8;
const SECRET_PREFIX = 'whsec_';

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** `id` must not contain a dot: it is the separator of what is signed. */
export function sign(key: Secret, message: { id: string; atMs: number; body: Uint8Array }): SignedHeaders {
  if (message.id.includes('.')) throw new Error('a webhook id has no dot');
  const timestamp = String(Math.floor(message.atMs / 1000));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac(key, `${message.id}.${timestamp}.`, message.body)}`,
  };
}

export type Verification =
  | { readonly kind: 'genuine'; readonly id: string }
  | {
      readonly kind: 'refused';
      readonly reason: 'header_missing' | 'header_malformed' | 'signature_wrong' | 'outside_window';
    };

/** Headers by lower-case name, as `node:http` gives them. A header given twice arrives as an array or joined: refused. */
export function verify(
  keys: readonly Secret[],
  message: { headers: Readonly<Record<string, string | string[] | undefined>>; body: Uint8Array; nowMs: number },
): Verification {
  const id = message.headers['webhook-id'];
  const timestamp = message.headers['webhook-timestamp'];
  const signature = message.headers['webhook-signature'];
  if (id === undefined || timestamp === undefined || signature === undefined) return refused('header_missing');
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
    return refused('header_malformed');
  if (!/^[\w-]{1,256}$/.test(id) || !/^\d{10}$/.test(timestamp)) return refused('header_malformed');
  const presented = signature.split(' ').slice(0, MAX_PRESENTED_SIGNATURES);
  const expected = keys.map((key) => `v1,${mac(key, `${id}.${timestamp}.`, message.body)}`);
  const isGenuine = expected.reduce(
    (any, mine) => presented.reduce((seen, theirs) => isSameSecret(mine, theirs) || seen, any),
    false,
  );
  if (!isGenuine) return refused('signature_wrong');
  if (Math.abs(message.nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) return refused('outside_window');
  return { kind: 'genuine', id };
}

/** Reads `whsec_<base64>`; null when it is not one of 24 bytes or more. */
export function keyBytes(text: string): Buffer | null {
  if (!text.startsWith(SECRET_PREFIX)) return null;
  const encoded = text.slice(SECRET_PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isCanonical = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return isCanonical && bytes.length >= MIN_KEY_BYTES ? bytes : null;
}

/** `prefix`: what stands before the body in the signed text, `<id>.<timestamp>.`. */
function mac(key: Secret, prefix: string, body: Uint8Array): string {
  return createHmac('sha256', key.reveal()).update(prefix).update(body).digest('base64');
}

function refused(reason: Extract<Verification, { kind: 'refused' }>['reason']): Verification {
  return { kind: 'refused', reason };
}
