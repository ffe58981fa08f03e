/** Proves that Discord sent these very bytes, now: Ed25519 over the timestamp and the raw body (“Validating Security Request Headers”). */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { singleHeader } from '../../src/base/net/raw-headers.js';
import type { Proof, RawCall, RefusedCall } from '../../src/contract/inbound.js';

export const SIGNATURE_HEADER = 'x-signature-ed25519';
export const TIMESTAMP_HEADER = 'x-signature-timestamp';

/** To both sides. */
const WINDOW_MS = 300_000;
const SIGNATURE = /^[0-9a-f]{128}$/;
const TIMESTAMP = /^\d{1,12}$/;
/** SubjectPublicKeyInfo of Ed25519 without its 32 bytes (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** `hex`: 64 digits, as Discord shows an application's public key. */
export function publicKey(hex: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, Buffer.from(hex, 'hex')]), format: 'der', type: 'spki' });
}

export function authenticate({ rawHeaders, body }: RawCall, keys: readonly KeyObject[], nowMs: number): Proof {
  const signature = singleHeader(rawHeaders, SIGNATURE_HEADER);
  const timestamp = singleHeader(rawHeaders, TIMESTAMP_HEADER);
  if (signature === undefined || timestamp === undefined) return refused('header_missing');
  if (signature === null || timestamp === null) return refused('header_malformed');
  if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return refused('header_malformed');
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  const bytes = Buffer.from(signature, 'hex');
  // Every key is tried, whichever fits: the time tells nothing.
  const fitting = keys.filter((key) => verify(null, signed, key, bytes));
  if (fitting.length === 0) return refused('signature_wrong');
  if (Math.abs(Number(timestamp) * 1_000 - nowMs) > WINDOW_MS) return refused('outside_window');
  // The interaction's own id is in the body, which is read later.
  return { kind: 'signed', callId: sha256Hex(`${timestamp}.${signature}`) };
}

/** Discord takes an endpoint away that answers its deliberate forgeries with anything but 401. */
function refused(reason: RefusedCall): Proof {
  return { kind: 'refused', status: 401, reason };
}
