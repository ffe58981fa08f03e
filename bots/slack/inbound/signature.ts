/**
 * Slack's signature, version 0: HMAC-SHA256 in hex over `v0:<timestamp>:<raw body>`
 * (docs.slack.dev/authentication/verifying-requests-from-slack). Bolt's own check takes calls from the future and replays,
 * and knows one key; so this one stands before it, and Bolt's is off.
 */
import { createHmac } from 'node:crypto';
import { isSameSecret, sha256Hex } from '../../../src/base/crypto/digest.js';
import { singleHeader } from '../../../src/base/net/raw-headers.js';
import type { Secret } from '../../../src/base/crypto/secret.js';
import type { Proof, RawCall } from '../../../src/contract/inbound.js';
import { refusedProof } from '../../kit/refused-proof.js';

export const SIGNATURE_HEADER = 'x-slack-signature';
export const TIMESTAMP_HEADER = 'x-slack-request-timestamp';

const WINDOW_MS = 300_000;
const SIGNATURE = /^v0=[0-9a-f]{64}$/;
/** Unix seconds of this age and the next: no sign, no fraction, no exponent. */
const TIMESTAMP = /^\d{10}$/;

/** What is known of a proven call without reading it: the digest of its signature, which a replay repeats. */
export function authenticateSlack(
  { headers, rawHeaders, body }: RawCall,
  keys: readonly Secret[],
  nowMs: number,
): Proof {
  if ([SIGNATURE_HEADER, TIMESTAMP_HEADER].some((name) => singleHeader(rawHeaders, name) === null)) {
    return refusedProof('header_malformed');
  }
  const signature = headers[SIGNATURE_HEADER];
  const timestamp = headers[TIMESTAMP_HEADER];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return refusedProof('header_missing');
  if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return refusedProof('header_malformed');
  // Every key is tried, so that the time taken does not tell which one was right.
  const matches = keys.filter((key) => isSameSecret(signature, signatureOf(key, timestamp, body)));
  if (matches.length === 0) return refusedProof('signature_wrong');
  if (Math.abs(Number(timestamp) * 1_000 - nowMs) > WINDOW_MS) return refusedProof('outside_window');
  return { kind: 'signed', callId: sha256Hex(signature).slice(0, 32) };
}

function signatureOf(key: Secret, timestamp: string, body: Buffer): string {
  return `v0=${createHmac('sha256', key.reveal()).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}
